import django.db.models.deletion
import pos.clock
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_stocknone'),
    ]

    operations = [
        migrations.CreateModel(
            name='TokenFamily',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='id')),
                ('began_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='began at')),
                ('ended_at', models.DateTimeField(help_text='revoked, or one of its tokens was used a second time', null=True, verbose_name='ended at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'family of tokens',
                'verbose_name_plural': 'families of tokens',
            },
        ),
        migrations.CreateModel(
            name='SpentToken',
            fields=[
                ('name', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='name')),
                ('spent_at', models.DateTimeField(verbose_name='spent at')),
                ('family', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spent', to='accounts.tokenfamily', verbose_name='family of tokens')),
            ],
            options={
                'verbose_name': 'spent token',
                'verbose_name_plural': 'spent tokens',
            },
        ),
        migrations.AddIndex(
            model_name='tokenfamily',
            index=models.Index(fields=['began_at'], name='token_family_by_time'),
        ),
        # where spent tokens stood before, whole
        migrations.RunSQL(
            "DROP TABLE IF EXISTS token_blacklist_blacklistedtoken; "
            "DROP TABLE IF EXISTS token_blacklist_outstandingtoken",
            migrations.RunSQL.noop,
        ),
    ]
