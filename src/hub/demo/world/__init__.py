"""The demonstration's world, made from one content file."""

from hub.demo.world.loading import AlreadyInUse, load

__all__ = ["AlreadyInUse", "load"]
