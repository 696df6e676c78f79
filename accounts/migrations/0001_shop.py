import accounts.models.approvals
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pos.clock
import pos.money
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from pos.tables import CreateModels


class Migration(migrations.Migration):

    replaces = [
        ('accounts', name) for name in (
            '0001_tables', '0002_books', '0002_ledgers', '0003_approvals', '0003_late_refunds',
            '0004_language', '0004_stocknone', '0005_attack', '0005_weights_typed', '0006_cash',
            '0007_people', '0008_keys', '0009_roles', '0010_requests_in_the_trail', '0011_second_factor',
            '0012_sandbox', '0013_limits_and_permissions', '0014_key_minute', '0015_key_scopes',
            '0016_key_locations',
        )
    ]

    initial = True

    dependencies = [
        ('pos', '0002_guards'),
    ]

    operations = [
        CreateModels(
            models=[
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('username', models.CharField(max_length=50, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                        ('role', models.CharField(choices=[('cashier', 'Cashier'), ('manager', 'Manager')], default='cashier', max_length=10, verbose_name='role')),
                        ('custom_role', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='accounts.customrole', verbose_name='further permissions')),
                        ('is_active', models.BooleanField(default=True, verbose_name='active')),
                        ('pin', models.CharField(blank=True, editable=False, help_text='the till PIN, hashed', max_length=128, verbose_name='till PIN')),
                        ('badge', models.CharField(blank=True, editable=False, help_text='the digest of a code to scan', max_length=64, verbose_name='badge')),
                        ('language', models.CharField(blank=True, editable=False, help_text='empty: as the browser asks', max_length=10, verbose_name='language')),
                        ('epoch', models.PositiveIntegerField(default=0, editable=False, help_text='raised to end every session and token', verbose_name='epoch')),
                        ('is_machine', models.BooleanField(db_default=False, default=False, editable=False, help_text='acts with a key of the API, and never signs in', verbose_name='machine')),
                        ('joined_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='joined at')),
                    ],
                    options={
                        'verbose_name': 'user',
                        'verbose_name_plural': 'users',
                        'ordering': ['username'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='username_unique_whatever_its_case'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='user_email_unique_whatever_its_case'), models.UniqueConstraint(models.F('badge'), condition=models.Q(('badge', ''), _negated=True), name='badge_unique'), models.CheckConstraint(condition=models.Q(('role__in', ['cashier', 'manager'])), name='role_is_known'), models.CheckConstraint(condition=models.Q(('is_machine', False), models.Q(('badge', ''), ('password__startswith', '!'), ('pin', ''), ('role', 'cashier')), _connector='OR'), name='machine_never_signs_in'), models.CheckConstraint(condition=models.Q(('custom_role', None), ('role', 'cashier'), _connector='OR'), name='manager_needs_no_further_permissions')],
                    },
                ),
                migrations.CreateModel(
                    name='Attempts',
                    fields=[
                        ('key', models.CharField(max_length=120, primary_key=True, serialize=False, verbose_name='key')),
                        ('failures', models.PositiveIntegerField(default=0, verbose_name='failures')),
                        ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                        ('closed_until', models.DateTimeField(null=True, verbose_name='closed until')),
                        ('misses', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None, verbose_name='misses')),
                    ],
                    options={
                        'verbose_name': 'attempts',
                        'verbose_name_plural': 'attempts',
                    },
                ),
                migrations.CreateModel(
                    name='ApprovalRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('role', models.CharField(choices=[('cashier', 'Cashier'), ('manager', 'Manager')], max_length=10, verbose_name='role')),
                        ('person', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('holds', models.BooleanField(db_default=True, default=True, editable=False, help_text="off: the role's limits hold again", verbose_name='holds')),
                        ('action', models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('refunds_together', 'refunds of a bill, in a shift or by a person in a day, amount'), ('pay_out', 'pay-out, amount'), ('drop', 'safe drop, amount'), ('cash_out_together', 'pay-outs and drops in a shift or by a person in a day, amount'), ('others_drawer', 'cash out of a shift somebody else opened, or its close'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times'), ('sell_without_stock', 'sold without stock, amount')], max_length=30, verbose_name='action')),
                        ('allow_up_to', accounts.models.approvals.SizeField(blank=True, decimal_places=3, help_text='done without asking up to this; empty: always', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='allow up to')),
                        ('ask_up_to', accounts.models.approvals.SizeField(blank=True, decimal_places=3, help_text="with a manager's approval up to this, denied above; empty: never denied", max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='ask up to')),
                        ('set_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='set at')),
                        ('set_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
                    ],
                    options={
                        'verbose_name': 'approval rule',
                        'verbose_name_plural': 'approval rules',
                        'ordering': ['role', 'action', '-pk'],
                        'indexes': [models.Index(fields=['role', 'action', '-id'], name='rule_in_force')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['cashier', 'manager'])), name='rule_role_is_known'), models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'refunds_together', 'pay_out', 'drop', 'cash_out_together', 'others_drawer', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint', 'sell_without_stock'])), name='rule_action_is_known'), models.CheckConstraint(condition=models.Q(('ask_up_to', None), ('allow_up_to__lte', models.F('ask_up_to')), _connector='OR'), name='rule_asks_no_less_than_it_allows'), models.CheckConstraint(condition=models.Q(('holds', True), models.Q(('allow_up_to', None), ('ask_up_to', None), ('person__isnull', False)), _connector='OR'), name='rule_of_a_role_always_holds')],
                    },
                ),
                migrations.CreateModel(
                    name='ApprovalRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.BinaryField(max_length=32, unique=True, verbose_name='digest')),
                        ('binding', models.BinaryField(max_length=32, verbose_name='binding')),
                        ('action', models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('refunds_together', 'refunds of a bill, in a shift or by a person in a day, amount'), ('pay_out', 'pay-out, amount'), ('drop', 'safe drop, amount'), ('cash_out_together', 'pay-outs and drops in a shift or by a person in a day, amount'), ('others_drawer', 'cash out of a shift somebody else opened, or its close'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times'), ('sell_without_stock', 'sold without stock, amount')], max_length=30, verbose_name='action')),
                        ('size', accounts.models.approvals.SizeField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='size')),
                        ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='facts')),
                        ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asker')),
                        ('till', models.CharField(blank=True, max_length=20, verbose_name='till')),
                        ('asked_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='asked at')),
                        ('expires_at', models.DateTimeField(verbose_name='expires at')),
                        ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                        ('is_granted', models.BooleanField(null=True, verbose_name='granted')),
                        ('used_at', models.DateTimeField(null=True, verbose_name='used at')),
                    ],
                    options={
                        'verbose_name': 'approval request',
                        'verbose_name_plural': 'approval requests',
                        'indexes': [models.Index(condition=models.Q(('is_granted', None)), fields=['expires_at'], name='request_open')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'refunds_together', 'pay_out', 'drop', 'cash_out_together', 'others_drawer', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint', 'sell_without_stock'])), name='request_action_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('approver', None), ('is_granted', None)), models.Q(('approver__isnull', False), ('is_granted__isnull', False)), _connector='OR'), name='request_is_answered_by_somebody'), models.CheckConstraint(condition=models.Q(('approver', None), models.Q(('approver', models.F('asker')), _negated=True), _connector='OR'), name='request_is_not_answered_by_its_asker'), models.CheckConstraint(condition=models.Q(('used_at', None), ('is_granted', True), _connector='OR'), name='request_used_was_granted')],
                    },
                ),
                migrations.CreateModel(
                    name='Approval',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                        ('deed', models.CharField(choices=[('asked', 'Asked'), ('granted', 'Granted'), ('denied', 'Denied'), ('used', 'Used')], max_length=10, verbose_name='deed')),
                        ('action', models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('refunds_together', 'refunds of a bill, in a shift or by a person in a day, amount'), ('pay_out', 'pay-out, amount'), ('drop', 'safe drop, amount'), ('cash_out_together', 'pay-outs and drops in a shift or by a person in a day, amount'), ('others_drawer', 'cash out of a shift somebody else opened, or its close'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times'), ('sell_without_stock', 'sold without stock, amount')], max_length=30, verbose_name='action')),
                        ('size', accounts.models.approvals.SizeField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='size')),
                        ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='facts')),
                        ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asker')),
                        ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                        ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='accounts.approvalrequest', verbose_name='request')),
                        ('is_remote', models.BooleanField(default=False, verbose_name='from afar')),
                        ('reference', models.CharField(blank=True, max_length=100, verbose_name='reference')),
                    ],
                    options={
                        'verbose_name': 'approval',
                        'verbose_name_plural': 'approvals',
                        'indexes': [models.Index(fields=['at'], name='approval_by_time'), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='approval_by_deed')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('deed__in', ['asked', 'granted', 'denied', 'used'])), name='approval_deed_is_known'), models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'late_refund', 'refund_without_receipt', 'refunds_together', 'pay_out', 'drop', 'cash_out_together', 'others_drawer', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint', 'sell_without_stock'])), name='approval_action_is_known'), models.CheckConstraint(condition=models.Q(('approver', None), models.Q(('approver', models.F('asker')), _negated=True), _connector='OR'), name='approver_is_not_the_asker'), models.CheckConstraint(condition=models.Q(models.Q(('deed__in', ['granted', 'used']), _negated=True), models.Q(('approver__isnull', False), ('request__isnull', False)), _connector='OR'), name='approval_has_an_approver'), models.UniqueConstraint(condition=models.Q(('deed', 'used')), fields=('request',), name='approval_used_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ApiKey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.OneToOneField(help_text='named on its bills', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                        ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='scopes')),
                        ('registers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, help_text='empty: every register', size=None, verbose_name='registers')),
                        ('locations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), db_default=[], default=list, help_text='empty: every location; - is the first', size=None, verbose_name='locations')),
                        ('most_per_sale', pos.money.MoneyField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('-999999999'), null=True, verbose_name='most per sale')),
                        ('may_refund', models.BooleanField(default=False, verbose_name='may give money back')),
                        ('sandbox', models.BooleanField(db_default=False, default=False, help_text='sells for practice: nothing it sells is booked', verbose_name='sandbox')),
                        ('addresses', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, help_text='empty: from anywhere', size=None, verbose_name='addresses')),
                        ('origins', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, help_text='web sites whose pages may use the key in a browser; empty: none', size=None, verbose_name='origins')),
                        ('per_minute', models.PositiveIntegerField(verbose_name='requests per minute')),
                        ('days', models.PositiveIntegerField(help_text='how long each secret is valid', verbose_name='days')),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                        ('made_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='made at')),
                        ('last_used_at', models.DateTimeField(null=True, verbose_name='last used at')),
                        ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked at')),
                    ],
                    options={
                        'verbose_name': 'key of a machine',
                        'verbose_name_plural': 'keys of machines',
                        'constraints': [models.CheckConstraint(condition=models.Q(('most_per_sale__isnull', True), ('most_per_sale__gt', 0), _connector='OR'), name='key_sells'), models.CheckConstraint(condition=models.Q(('per_minute__range', (1, 6000))), name='key_asks_this_often'), models.CheckConstraint(condition=models.Q(('days__range', (1, 366))), name='key_ends'), models.CheckConstraint(condition=models.Q(('sandbox', False), models.Q(('scopes__overlap', ['gift-cards:write', 'late-sales:write', 'members:write', 'papers:write', 'products:write', 'purchasing:write', 'shifts:write', 'stock:write']), _negated=True), _connector='OR'), name='key_in_sandbox_writes_bills_only'), models.CheckConstraint(condition=models.Q(('locations__len__lte', 20)), name='key_is_bound_to_few_locations'), models.CheckConstraint(condition=models.Q(('scopes__len__gt', 0)), name='key_may_do_something')],
                    },
                ),
                migrations.CreateModel(
                    name='KeySecret',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='secrets', to='accounts.apikey', verbose_name='key of a machine')),
                        ('prefix', models.CharField(max_length=8, unique=True, verbose_name='prefix')),
                        ('digest', models.CharField(max_length=64, verbose_name='digest')),
                        ('made_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='made at')),
                        ('ends_at', models.DateTimeField(verbose_name='ends at')),
                    ],
                    options={
                        'verbose_name': 'secret of a key',
                        'verbose_name_plural': 'secrets of keys',
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='KeyMinute',
                    fields=[
                        ('key', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='accounts.apikey', verbose_name='key of a machine')),
                        ('began', models.DateTimeField(verbose_name='began')),
                        ('asked', models.PositiveIntegerField(verbose_name='asked')),
                    ],
                    options={
                        'verbose_name': 'minute of a key',
                        'verbose_name_plural': 'minutes of keys',
                    },
                ),
                migrations.CreateModel(
                    name='AuditEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                        ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
                        ('action', models.CharField(max_length=50, verbose_name='action')),
                        ('subject', models.CharField(max_length=100, verbose_name='subject')),
                        ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='facts')),
                        ('request', models.CharField(db_default='', default='', max_length=64, verbose_name='request')),
                        ('key', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apikey', verbose_name='key of a machine')),
                    ],
                    options={
                        'verbose_name': 'audit entry',
                        'verbose_name_plural': 'audit entries',
                        'indexes': [models.Index(fields=['at'], name='audit_by_time'), models.Index(fields=['action', '-id'], name='audit_by_action'), models.Index(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('subject'), 'text_pattern_ops'), name='audit_by_subject'), models.Index(condition=models.Q(('request', ''), _negated=True), fields=['request'], name='audit_by_request')],
                    },
                ),
                migrations.CreateModel(
                    name='CustomRole',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=50, verbose_name='name')),
                        ('permissions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('goods', 'goods, prices and labels'), ('buying', 'orders, deliveries and suppliers'), ('counts', 'opening, booking and undoing counts'), ('reports', 'reports'), ('members', 'members: points, VIP and PIN without theirs, merging, forgetting, handing over'), ('files', 'lists in and out: goods, members and counts from files, and as files'), ('settings', "the shop's settings, but for those of sign-in and drawer")], max_length=10), size=None, verbose_name='permissions')),
                    ],
                    options={
                        'verbose_name': 'role',
                        'verbose_name_plural': 'roles',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='role_name_unique_whatever_its_case'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('permissions', []), _negated=True)), name='role_has_a_name_and_permissions'), models.CheckConstraint(condition=models.Q(('permissions__contained_by', ['goods', 'buying', 'counts', 'reports', 'members', 'files', 'settings'])), name='role_permissions_are_known')],
                    },
                ),
                migrations.CreateModel(
                    name='TokenFamily',
                    fields=[
                        ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name='id')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                        ('began_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='began at')),
                        ('browser', models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='browser or program')),
                        ('address', models.CharField(blank=True, db_default='', default='', max_length=50, verbose_name='address')),
                        ('ended_at', models.DateTimeField(help_text='revoked, or one of its tokens was used a second time', null=True, verbose_name='ended at')),
                    ],
                    options={
                        'verbose_name': 'family of tokens',
                        'verbose_name_plural': 'families of tokens',
                        'indexes': [models.Index(fields=['began_at'], name='token_family_by_time')],
                    },
                ),
                migrations.CreateModel(
                    name='SpentToken',
                    fields=[
                        ('name', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='name')),
                        ('family', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spent', to='accounts.tokenfamily', verbose_name='family of tokens')),
                        ('spent_at', models.DateTimeField(verbose_name='spent at')),
                    ],
                    options={
                        'verbose_name': 'spent token',
                        'verbose_name_plural': 'spent tokens',
                    },
                ),
            ],
        ),
    ]
