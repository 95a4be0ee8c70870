"""When forums meet, as a calendar file. Each meeting has the same mark every time, so that nothing stands twice."""

import datetime

from icalendar import Calendar, Event


def write(pack):
    calendar = Calendar()
    calendar.add("prodid", "-//Progressing Equality//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", pack.title)
    made = datetime.datetime.combine(pack.made_on, datetime.time(), tzinfo=datetime.UTC)
    for meeting in pack.meetings:
        event = Event()
        event.add("uid", f"meeting-{meeting.pk}@{pack.slug}")
        event.add("dtstamp", made)
        event.add("summary", meeting.forum)
        event.add("dtstart", meeting.on)
        event.add("dtend", meeting.on + datetime.timedelta(days=1))
        if meeting.place:
            event.add("location", meeting.place)
        calendar.add_component(event)
    return calendar.to_ical()
