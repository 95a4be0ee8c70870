"""The demonstration's world, made from one content file."""

from hub.demo.world.loading import AlreadyInUseError, load

__all__ = ["AlreadyInUseError", "load"]
