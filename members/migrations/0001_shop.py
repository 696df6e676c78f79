import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pos.clock
import pos.money
from decimal import Decimal
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

from pos.tables import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('members', name) for name in (
            '0001_tables', '0002_books', '0002_ledgers', '0003_once_and_lean', '0003_staff', '0004_people',
        )
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='Member',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='number')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                        ('phone', models.CharField(blank=True, max_length=20, verbose_name='phone')),
                        ('pin', models.CharField(editable=False, help_text='hashed', max_length=128, verbose_name='PIN')),
                        ('pin_misses', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='PIN misses')),
                        ('pin_locked_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='PIN locked until')),
                        ('is_vip', models.BooleanField(default=False, editable=False, verbose_name='VIP')),
                        ('vip_until', models.DateTimeField(blank=True, editable=False, help_text='empty: without end', null=True, verbose_name='VIP until')),
                        ('points', pos.money.MoneyField(decimal_places=3, default=0, editable=False, help_text='below zero only after a refund of points since spent', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='points')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('erased_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='erased at')),
                        ('merged_into', models.ForeignKey(blank=True, editable=False, help_text="the same person's other card, which has the points now", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doubles', to='members.member', verbose_name='merged into')),
                        ('staff', models.OneToOneField(blank=True, help_text='who of the staff this is: nobody sells on the own card', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_member', to=settings.AUTH_USER_MODEL, verbose_name='staff')),
                        ('joined_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='joined at')),
                        ('updated_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='updated at')),
                    ],
                    options={
                        'verbose_name': 'member',
                        'verbose_name_plural': 'members',
                        'ordering': ['name', 'pk'],
                        'indexes': [models.Index(fields=['name', 'id'], name='members_by_name'), models.Index(fields=['phone'], name='members_by_phone'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Reverse('phone'), 'text_pattern_ops'), name='members_by_last_digits'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), 'gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), 'gin_trgm_ops'), name='members_by_words'), models.Index(fields=['updated_at', 'id'], name='members_by_change')],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='member_email_unique_whatever_its_case'), models.CheckConstraint(condition=models.Q(('erased_at', None), models.Q(('email', ''), ('is_active', False), ('is_vip', False), ('name', ''), ('phone', ''), ('pin', ''), ('points', 0), ('staff', None)), _connector='OR'), name='erased_member_is_blank'), models.CheckConstraint(condition=models.Q(('merged_into', None), ('erased_at__isnull', False), _connector='OR'), name='merged_member_is_erased')],
                    },
                ),
                migrations.CreateModel(
                    name='PointsEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='members.member', verbose_name='member')),
                        ('kind', models.CharField(choices=[('earned', 'Earned'), ('spent', 'Spent'), ('returned', 'Returned'), ('taken_back', 'taken back'), ('adjusted', 'Adjusted'), ('moved', 'Moved to or from another card')], max_length=10, verbose_name='kind')),
                        ('amount', pos.money.MoneyField(decimal_places=3, help_text='signed: earned and returned points are positive', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='amount')),
                        ('reference', models.CharField(max_length=100, verbose_name='reference')),
                        ('reason', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='reason')),
                        ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'points entry',
                        'verbose_name_plural': 'points entries',
                        'constraints': [models.UniqueConstraint(fields=('member', 'reference', 'kind'), name='points_once_per_reference'), models.CheckConstraint(condition=models.Q(('kind__in', ['earned', 'spent', 'returned', 'taken_back', 'adjusted', 'moved'])), name='points_kind_is_known')],
                    },
                ),
                migrations.CreateModel(
                    name='TierChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tier_changes', to='members.member', verbose_name='member')),
                        ('to_vip', models.BooleanField(verbose_name='to VIP')),
                        ('until', models.DateTimeField(null=True, verbose_name='until')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('by_consent', models.BooleanField(help_text="on the member's PIN; else on a manager's word", verbose_name='by consent')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'tier change',
                        'verbose_name_plural': 'tier changes',
                    },
                ),
                migrations.CreateModel(
                    name='Consent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='members.member', verbose_name='member')),
                        ('digest', models.BinaryField(max_length=32, unique=True, verbose_name='digest')),
                        ('expires_at', models.DateTimeField(verbose_name='expires at')),
                        ('used_at', models.DateTimeField(null=True, verbose_name='used at')),
                        ('used_for', models.CharField(blank=True, max_length=100, verbose_name='used for')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ],
                    options={
                        'verbose_name': 'consent',
                        'verbose_name_plural': 'consents',
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('used_at', None), ('used_for', '')), models.Q(('used_at__isnull', False), models.Q(('used_for', ''), _negated=True)), _connector='OR'), name='consent_used_for_something')],
                    },
                ),
            ],
        ),
    ]
