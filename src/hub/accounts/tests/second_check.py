from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY


def pass_second_check(client, user):
    """As django-allauth notes it down when somebody has entered the code of their app."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": 0}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
