from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _


class Accounts(BaseUserManager):
    def create_user(self, email, name="", **fields):
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in. They are known by an e-mail address and have no password."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("what people call you", max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_for_one_email")]

    def __str__(self):
        """Never the address: what they write is read by people who need not know it."""
        return self.name or _("Somebody without a name yet")
