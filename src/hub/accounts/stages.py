from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage


class AppStage(AuthenticateStage):
    """Asks for the app's code while signing in. A passkey alone is another way in, not one more hurdle."""

    def _should_handle(self, request):
        has_app = Authenticator.objects.filter(user=self.login.user, type=Authenticator.Type.TOTP).exists()
        return has_app and super()._should_handle(request)
