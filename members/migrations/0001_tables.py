import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pos.clock
import pos.money
from decimal import Decimal
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [  # as they were called before the first release
        ('members', '0001_initial'),
        ('members', '0002_ledgers'),
        ('members', '0003_staff'),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
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
                ('points', pos.money.MoneyField(decimal_places=3, default=0, editable=False, help_text='below zero only after a refund of points since spent', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='points')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('erased_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='erased at')),
                ('joined_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='joined at')),
                ('updated_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='updated at')),
                ('staff', models.OneToOneField(blank=True, help_text='who of the staff this is: nobody sells on the own card', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_member', to=settings.AUTH_USER_MODEL, verbose_name='staff')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'verbose_name': 'member',
                'verbose_name_plural': 'members',
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(max_length=32, unique=True, verbose_name='digest')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('used_at', models.DateTimeField(null=True, verbose_name='used at')),
                ('used_for', models.CharField(blank=True, max_length=100, verbose_name='used for')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='members.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
            },
        ),
        migrations.CreateModel(
            name='PointsEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('earned', 'Earned'), ('spent', 'Spent'), ('returned', 'Returned'), ('taken_back', 'taken back'), ('adjusted', 'Adjusted')], max_length=10, verbose_name='kind')),
                ('amount', pos.money.MoneyField(decimal_places=3, help_text='signed: earned and returned points are positive', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), verbose_name='amount')),
                ('reference', models.CharField(max_length=100, verbose_name='reference')),
                ('reason', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='members.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'points entry',
                'verbose_name_plural': 'points entries',
            },
        ),
        migrations.CreateModel(
            name='TierChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to_vip', models.BooleanField(verbose_name='to VIP')),
                ('by_consent', models.BooleanField(help_text="on the member's PIN; else on a manager's word", verbose_name='by consent')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tier_changes', to='members.member', verbose_name='member')),
            ],
            options={
                'verbose_name': 'tier change',
                'verbose_name_plural': 'tier changes',
            },
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['name', 'id'], name='members_by_name'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['phone'], name='members_by_phone'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Reverse('phone'), 'text_pattern_ops'), name='members_by_last_digits'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), 'gin_trgm_ops'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('email'), 'gin_trgm_ops'), name='members_by_words'),
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['updated_at', 'id'], name='members_by_change'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='member_email_unique_whatever_its_case'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at', None), models.Q(('email', ''), ('is_active', False), ('is_vip', False), ('name', ''), ('phone', ''), ('pin', ''), ('points', 0), ('staff', None)), _connector='OR'), name='erased_member_is_blank'),
        ),
        migrations.AddConstraint(
            model_name='consent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('used_at', None), ('used_for', '')), models.Q(('used_at__isnull', False), models.Q(('used_for', ''), _negated=True)), _connector='OR'), name='consent_used_for_something'),
        ),
        migrations.AddConstraint(
            model_name='pointsentry',
            constraint=models.UniqueConstraint(fields=('member', 'reference', 'kind'), name='points_once_per_reference'),
        ),
        migrations.AddConstraint(
            model_name='pointsentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['earned', 'spent', 'returned', 'taken_back', 'adjusted'])), name='points_kind_is_known'),
        ),
    ]
