"""Files that people send, kept in memory for as long as their request takes."""

from django.core.files.uploadhandler import MemoryFileUploadHandler

MOST_BYTES = 4_000_000


class OnlyInMemory(MemoryFileUploadHandler):
    """Never writes to disk. Of more than fits, only the beginning is kept, which the form then refuses."""

    def handle_raw_input(self, *args, **kwargs):
        self.activated, self.room = True, MOST_BYTES

    def receive_data_chunk(self, raw_data, start):
        super().receive_data_chunk(raw_data[: self.room], start)
        self.room -= min(len(raw_data), self.room)

    def file_complete(self, file_size):
        return super().file_complete(self.file.tell())
