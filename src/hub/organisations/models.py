import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.core.brand import Brand
from hub.core.validators import readable_on_buttons, readable_on_panels
from hub.organisations import rules


class Sharing(models.TextChoices):
    """Who may read what an organisation has written. The organisation chooses, and the page says so plainly."""

    ONLY_US = "only_us", _("Only us")
    COMMISSIONERS = "commissioners", _("Us and commissioners")
    PARTNERSHIP = "partnership", _("The partnership")
    EVERYONE = "everyone", _("Everyone")


class Licence(models.TextChoices):
    """Under which others may use a partnership's open data. Until it has chosen, they ask first."""

    ASK_US = "ask_us", _("Ask us before you use it")
    OGL_3 = "ogl_3", _("Open Government Licence 3.0")
    CC_BY_4 = "cc_by_4", _("Creative Commons Attribution 4.0")
    CC0_1 = "cc0_1", _("Creative Commons Zero 1.0")


class LogoQuerySet(models.QuerySet):
    def named(self, digest):
        """A logo is public: it stands on public pages."""
        return self.filter(digest=digest)

    def unused(self):
        return self.filter(partnerships=None)


class Logo(models.Model):
    """A picture under the name that its bytes give it, so that whoever has it once may keep it for ever."""

    digest = models.CharField(max_length=32, primary_key=True)
    content = models.BinaryField()
    content_type = models.CharField(max_length=10)

    objects = LogoQuerySet.as_manager()

    def __str__(self):
        return self.digest


class PartnershipQuerySet(models.QuerySet):
    def of(self, user):
        """Partnerships in which this person has something to do."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Role.objects.current().filter(user=user).values("partnership"))

    def coordinated_by(self, user):
        if not user.is_authenticated:
            return self.none()
        coordinates = Role.objects.current().filter(user=user, kind=Role.Kind.COORDINATOR)
        return self.filter(pk__in=coordinates.values("partnership"))


class Partnership(models.Model):
    """Organisations that promise each other to become fairer, in one place."""

    HOUSE_COLOUR = "#4f2157"

    name = models.CharField(max_length=120)
    slug = models.SlugField(unique=True)
    place = models.CharField(max_length=80)
    summary = models.TextField(blank=True, max_length=2000)
    logo = models.ForeignKey(Logo, models.PROTECT, null=True, blank=True, related_name="partnerships")
    brand_colour = models.CharField(max_length=7, default=HOUSE_COLOUR, validators=[readable_on_panels])
    action_colour = models.CharField(max_length=7, default=HOUSE_COLOUR, validators=[readable_on_buttons])
    contact = models.CharField(_("how to reach the coordinator"), max_length=200, blank=True)
    licence = models.CharField(
        _("how others may use the open data"), max_length=8, choices=Licence, default=Licence.ASK_US
    )

    objects = PartnershipQuerySet.as_manager()

    def __str__(self):
        return self.name

    @property
    def brand(self):
        """What its pages wear. The house's own colours need no stylesheet, and a place in the name is said once."""
        return Brand(
            self.name,
            place="" if self.place.casefold() in self.name.casefold() else self.place,
            logo=reverse("organisations:show_logo", args=[self.logo_id]) if self.logo_id else "",
            brand_colour="" if self.brand_colour == self.HOUSE_COLOUR else self.brand_colour,
            action_colour="" if self.action_colour == self.HOUSE_COLOUR else self.action_colour,
        )


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """That an organisation takes part is public. What it wrote is not: see what hangs from it."""
        return self

    def of(self, user):
        """Organisations in which this person works."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            pk__in=Role.objects.current().filter(user=user, kind__in=Role.IN_AN_ORGANISATION).values("organisation")
        )

    def led_by(self, user):
        if not user.is_authenticated:
            return self.none()
        leads = Role.objects.current().filter(user=user, kind=Role.Kind.LEAD, unit=None)
        return self.filter(pk__in=leads.values("organisation"))

    def coordinated_by(self, user):
        if not user.is_authenticated:
            return self.none()
        coordinates = Role.objects.current().filter(user=user, kind=Role.Kind.COORDINATOR)
        return self.filter(partnership__in=coordinates.values("partnership"))


class Organisation(models.Model):
    class Kind(models.TextChoices):
        VOLUNTARY = "voluntary", _("Charity or community organisation")
        NHS = "nhs", _("NHS organisation")
        COUNCIL = "council", _("Council")
        OTHER = "other", _("Another kind of organisation")

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="organisations")
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.OTHER)
    provides = models.BooleanField(_("provides services"), default=True)
    commissions = models.BooleanField(_("commissions services"), default=False)
    size_in_words = models.CharField(_("size in words"), max_length=120, blank=True)
    summary = models.TextField(blank=True, max_length=2000)
    website = models.URLField(blank=True)
    is_example = models.BooleanField(_("made up, as an example"), default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "slug"], name="one_slug_in_a_partnership"),
            models.CheckConstraint(
                condition=Q(provides=True) | Q(commissions=True), name="an_organisation_provides_or_commissions"
            ),
        ]

    def __str__(self):
        return self.name


class Fact(models.Model):
    """Something a published source says about an organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="facts")
    text = models.TextField(max_length=1000)
    source = models.CharField(max_length=300)
    source_url = models.URLField(blank=True)

    def __str__(self):
        return self.text


class Unit(models.Model):
    """One department or project of an organisation that takes part by itself."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="units")
    name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80)
    staff = models.PositiveIntegerField(_("about how many people work there"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "slug"], name="one_slug_in_an_organisation")]

    def __str__(self):
        return self.name


class RoleQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at=None)

    def instead_of(self, role):
        """Roles of other people who could do the same: whoever leads a whole organisation leads each part of it."""
        same = self.current().filter(
            kind=role.kind, partnership=role.partnership_id, organisation=role.organisation_id, user__is_active=True
        )
        return same.filter(Q(unit=None) | Q(unit=role.unit_id)).exclude(user=role.user_id)


class Role(models.Model):
    """What a person does, and where. A role that has ended stays on the record."""

    class Kind(models.TextChoices):
        COORDINATOR = "coordinator", _("Coordinator")
        COMMISSIONER = "commissioner", _("Commissioner")
        BOARD = "board", _("Board member")
        ANALYST = "analyst", _("Analyst")
        EDITOR = "editor", _("Toolkit editor")
        LEAD = "lead", _("Lead")
        COLLEAGUE = "colleague", _("Colleague")
        APPROVER = "approver", _("Approver")

    IN_AN_ORGANISATION = [Kind.LEAD, Kind.COLLEAGUE, Kind.APPROVER]
    IN_THE_PARTNERSHIP = [Kind.COORDINATOR, Kind.COMMISSIONER, Kind.BOARD, Kind.ANALYST, Kind.EDITOR]
    NEVER_EMPTY = [Kind.COORDINATOR, Kind.LEAD]
    NEEDS_SECOND_FACTOR = [Kind.COORDINATOR, Kind.APPROVER, Kind.ANALYST]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=12, choices=Kind)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="roles")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="roles")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="roles")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="who_works_somewhere_says_where",
                condition=~Q(kind__in=["lead", "colleague", "approver"]) | Q(organisation__isnull=False),
            ),
            models.CheckConstraint(
                name="a_unit_is_in_an_organisation", condition=Q(unit=None) | Q(organisation__isnull=False)
            ),
            # Empty places count as equal; NULLs would not on older databases.
            models.UniqueConstraint(
                "user",
                "kind",
                "partnership",
                Coalesce("organisation", 0),
                Coalesce("unit", 0),
                condition=Q(ended_at=None),
                name="nobody_holds_the_same_role_twice",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.unit or self.organisation or self.partnership})"


class InvitationQuerySet(models.QuerySet):
    def named(self, public_id):
        """Whoever has the link may see that it is an invitation. Only the code opens it."""
        return self.filter(public_id=public_id)

    def open(self):
        return self.filter(accepted_at=None, withdrawn_at=None)

    def sent_by_coordinator(self, user):
        coordinates = (
            Role.objects.current().filter(user=user, kind=Role.Kind.COORDINATOR)
            if user.is_authenticated
            else Role.objects.none()
        )
        return self.filter(partnership__in=coordinates.values("partnership"))


class Invitation(models.Model):
    """A letter that asks somebody to take part. The link names it; only the code in the e-mail opens it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField()
    kind = models.CharField(max_length=12, choices=Role.Kind)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="invitations")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="invitations")
    next_url = models.CharField(max_length=300, blank=True)
    code_hash = models.CharField(max_length=128)
    code_expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self):
        return f"{self.email} to {self.organisation or self.partnership}"

    @property
    def where(self):
        return self.unit or self.organisation or self.partnership

    @property
    def place_to_start(self):
        return self.next_url or "/"

    @property
    def is_open(self):
        return not self.accepted_at and not self.withdrawn_at

    @property
    def code_works(self):
        return self.tries < rules.TRIES and self.code_expires_at > timezone.now()
