import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0003_once_and_lean'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='pointsentry',
            name='points_kind_is_known',
        ),
        migrations.AddField(
            model_name='member',
            name='merged_into',
            field=models.ForeignKey(blank=True, editable=False, help_text="the same person's other card, which has the points now", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='doubles', to='members.member', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='member',
            name='vip_until',
            field=models.DateTimeField(blank=True, editable=False, help_text='empty: without end', null=True, verbose_name='VIP until'),
        ),
        migrations.AddField(
            model_name='tierchange',
            name='until',
            field=models.DateTimeField(null=True, verbose_name='until'),
        ),
        migrations.AlterField(
            model_name='pointsentry',
            name='kind',
            field=models.CharField(choices=[('earned', 'Earned'), ('spent', 'Spent'), ('returned', 'Returned'), ('taken_back', 'taken back'), ('adjusted', 'Adjusted'), ('moved', 'Moved to or from another card')], max_length=10, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), ('erased_at__isnull', False), _connector='OR'), name='merged_member_is_erased'),
        ),
        migrations.AddConstraint(
            model_name='pointsentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['earned', 'spent', 'returned', 'taken_back', 'adjusted', 'moved'])), name='points_kind_is_known'),
        ),
    ]
