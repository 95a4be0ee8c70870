"""The web platform: assess, pledge, act, meet, measure, publish."""
