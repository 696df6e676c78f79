import django.db.models.deletion
import pos.clock
from django.conf import settings
from django.db import migrations, models

from pos.tables import CreateModels


class Migration(migrations.Migration):

    replaces = [('files', '0001_imports')]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='FileImport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=20, verbose_name='kind')),
                        ('file_name', models.CharField(max_length=100, verbose_name='file')),
                        ('content', models.BinaryField(verbose_name='content')),
                        ('digest', models.CharField(max_length=64, verbose_name='digest')),
                        ('sheet', models.CharField(blank=True, max_length=100, verbose_name='sheet')),
                        ('sheets', models.JSONField(default=list, verbose_name='sheets')),
                        ('heading_row', models.PositiveIntegerField(default=1, verbose_name='row of the heading')),
                        ('heading', models.JSONField(default=list, verbose_name='heading')),
                        ('sample', models.JSONField(default=list, verbose_name='first rows')),
                        ('matched', models.JSONField(default=dict, help_text='the place of each column in the file', verbose_name='matched columns')),
                        ('decimal_mark', models.CharField(blank=True, max_length=1, verbose_name='decimal mark')),
                        ('rows', models.PositiveIntegerField(default=0, verbose_name='rows')),
                        ('is_confirmed', models.BooleanField(default=False, verbose_name='large price changes confirmed')),
                        ('state', models.CharField(choices=[('open', 'Not imported yet'), ('waiting', 'Being imported'), ('done', 'Imported'), ('undone', 'Undone')], default='open', max_length=7, verbose_name='state')),
                        ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                        ('report', models.JSONField(default=dict, verbose_name='report')),
                        ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                        ('created_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='created at')),
                        ('done_at', models.DateTimeField(null=True, verbose_name='done at')),
                        ('undone_at', models.DateTimeField(null=True, verbose_name='undone at')),
                        ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
                    ],
                    options={
                        'verbose_name': 'import of a file',
                        'verbose_name_plural': 'imports of files',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['id'], name='imports_waiting')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'waiting', 'done', 'undone'])), name='import_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state__in', ['done', 'undone'])), models.Q(('done_at', None), ('state__in', ['open', 'waiting'])), _connector='OR'), name='import_done_has_its_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'undone'), ('undone_at__isnull', False), ('undone_by__isnull', False)), models.Q(models.Q(('state', 'undone'), _negated=True), ('undone_at', None), ('undone_by', None)), _connector='OR'), name='import_undone_by_somebody')],
                    },
                ),
                migrations.CreateModel(
                    name='KnownHeading',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=20, verbose_name='kind')),
                        ('digest', models.CharField(max_length=64, verbose_name='digest of the heading')),
                        ('matched', models.JSONField(default=dict, verbose_name='matched columns')),
                        ('decimal_mark', models.CharField(blank=True, max_length=1, verbose_name='decimal mark')),
                    ],
                    options={
                        'verbose_name': 'known heading',
                        'verbose_name_plural': 'known headings',
                        'constraints': [models.UniqueConstraint(fields=('kind', 'digest'), name='heading_known_once')],
                    },
                ),
            ],
        ),
    ]
