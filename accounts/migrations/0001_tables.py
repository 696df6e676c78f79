import accounts.models.approvals
import django.contrib.auth.validators
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pos.clock
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [  # as they were called before the first release
        ('accounts', '0001_initial'),
        ('accounts', '0002_ledgers'),
        ('accounts', '0003_approvals'),
        ('accounts', '0004_language'),
        ('accounts', '0005_weights_typed'),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Attempts',
            fields=[
                ('key', models.CharField(max_length=120, primary_key=True, serialize=False, verbose_name='key')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='failures')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('closed_until', models.DateTimeField(null=True, verbose_name='closed until')),
            ],
            options={
                'verbose_name': 'attempts',
                'verbose_name_plural': 'attempts',
            },
        ),
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
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('pin', models.CharField(blank=True, editable=False, help_text='the till PIN, hashed', max_length=128, verbose_name='till PIN')),
                ('badge', models.CharField(blank=True, help_text='a code to scan instead of typing the user name', max_length=50, verbose_name='badge')),
                ('language', models.CharField(blank=True, editable=False, help_text='empty: as the browser asks', max_length=10, verbose_name='language')),
                ('epoch', models.PositiveIntegerField(default=0, editable=False, help_text='raised to end every session and token', verbose_name='epoch')),
                ('joined_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='joined at')),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='username_unique_whatever_its_case'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='user_email_unique_whatever_its_case'), models.UniqueConstraint(models.F('badge'), condition=models.Q(('badge', ''), _negated=True), name='badge_unique'), models.CheckConstraint(condition=models.Q(('role__in', ['cashier', 'manager'])), name='role_is_known')],
                'ordering': ['username'],
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
            },
        ),
        migrations.CreateModel(
            name='ApprovalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.BinaryField(max_length=32, unique=True, verbose_name='digest')),
                ('binding', models.BinaryField(max_length=32, verbose_name='binding')),
                ('action', models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('pay_out', 'pay-out, amount'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times')], max_length=30, verbose_name='action')),
                ('size', accounts.models.approvals.SizeField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='size')),
                ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='facts')),
                ('till', models.CharField(blank=True, max_length=20, verbose_name='till')),
                ('asked_at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='asked at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('is_granted', models.BooleanField(null=True, verbose_name='granted')),
                ('used_at', models.DateTimeField(null=True, verbose_name='used at')),
                ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asker')),
            ],
            options={
                'verbose_name': 'approval request',
                'verbose_name_plural': 'approval requests',
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('deed', models.CharField(choices=[('asked', 'Asked'), ('granted', 'Granted'), ('denied', 'Denied'), ('used', 'Used')], max_length=10, verbose_name='deed')),
                ('action', models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('pay_out', 'pay-out, amount'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times')], max_length=30, verbose_name='action')),
                ('size', accounts.models.approvals.SizeField(decimal_places=3, max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), verbose_name='size')),
                ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='facts')),
                ('is_remote', models.BooleanField(default=False, verbose_name='from afar')),
                ('reference', models.CharField(blank=True, max_length=100, verbose_name='reference')),
                ('approver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approver')),
                ('asker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asker')),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger', to='accounts.approvalrequest', verbose_name='request')),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
            },
        ),
        migrations.CreateModel(
            name='ApprovalRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('cashier', 'Cashier'), ('manager', 'Manager')], max_length=10, verbose_name='role')),
                ('action', models.CharField(choices=[('line_discount', 'line discount, per cent'), ('bill_discount', 'bill discount, per cent'), ('price_override', 'price below the list, per cent'), ('below_cost', 'sold below cost, per cent'), ('open_price', 'open price, amount'), ('weight_by_hand', 'weight typed by hand, kilograms'), ('void_line', 'scanned line removed, amount'), ('drop_basket', 'basket given up, amount'), ('refund', 'refund, amount'), ('late_refund', 'refund after its last day, days'), ('refund_without_receipt', 'refund without receipt, amount'), ('pay_out', 'pay-out, amount'), ('no_sale', 'drawer opened without a sale, times in the shift'), ('cash_difference', 'difference at the close of a shift, amount'), ('points_adjustment', 'points corrected, amount'), ('vip', "VIP given or taken without the member's PIN"), ('reprint', 'receipt printed again, times')], max_length=30, verbose_name='action')),
                ('allow_up_to', accounts.models.approvals.SizeField(blank=True, decimal_places=3, help_text='done without asking up to this; empty: always', max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='allow up to')),
                ('ask_up_to', accounts.models.approvals.SizeField(blank=True, decimal_places=3, help_text="with a manager's approval up to this, denied above; empty: never denied", max_digits=15, maximum=Decimal('999999999'), minimum=Decimal('0'), null=True, verbose_name='ask up to')),
                ('set_at', models.DateTimeField(db_default=pos.clock.Now(), editable=False, verbose_name='set at')),
                ('set_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
            ],
            options={
                'ordering': ['role', 'action', '-pk'],
                'verbose_name': 'approval rule',
                'verbose_name_plural': 'approval rules',
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=pos.clock.Now(), verbose_name='at')),
                ('action', models.CharField(max_length=50, verbose_name='action')),
                ('subject', models.CharField(max_length=100, verbose_name='subject')),
                ('facts', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='facts')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='actor')),
            ],
            options={
                'verbose_name': 'audit entry',
                'verbose_name_plural': 'audit entries',
            },
        ),
        migrations.AddIndex(
            model_name='approvalrequest',
            index=models.Index(condition=models.Q(('is_granted', None)), fields=['expires_at'], name='request_open'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'refund_without_receipt', 'pay_out', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint'])), name='request_action_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approver', None), ('is_granted', None)), models.Q(('approver__isnull', False), ('is_granted__isnull', False)), _connector='OR'), name='request_is_answered_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('approver', None), models.Q(('approver', models.F('asker')), _negated=True), _connector='OR'), name='request_is_not_answered_by_its_asker'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('used_at', None), ('is_granted', True), _connector='OR'), name='request_used_was_granted'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(fields=['at'], name='approval_by_time'),
        ),
        migrations.AddIndex(
            model_name='approval',
            index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='approval_by_deed'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('deed__in', ['asked', 'granted', 'denied', 'used'])), name='approval_deed_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'refund_without_receipt', 'pay_out', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint'])), name='approval_action_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('approver', None), models.Q(('approver', models.F('asker')), _negated=True), _connector='OR'), name='approver_is_not_the_asker'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deed__in', ['granted', 'used']), _negated=True), models.Q(('approver__isnull', False), ('request__isnull', False)), _connector='OR'), name='approval_has_an_approver'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(condition=models.Q(('deed', 'used')), fields=('request',), name='approval_used_once'),
        ),
        migrations.AddIndex(
            model_name='approvalrule',
            index=models.Index(fields=['role', 'action', '-id'], name='rule_in_force'),
        ),
        migrations.AddConstraint(
            model_name='approvalrule',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['cashier', 'manager'])), name='rule_role_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approvalrule',
            constraint=models.CheckConstraint(condition=models.Q(('action__in', ['line_discount', 'bill_discount', 'price_override', 'below_cost', 'open_price', 'weight_by_hand', 'void_line', 'drop_basket', 'refund', 'refund_without_receipt', 'pay_out', 'no_sale', 'cash_difference', 'points_adjustment', 'vip', 'reprint'])), name='rule_action_is_known'),
        ),
        migrations.AddConstraint(
            model_name='approvalrule',
            constraint=models.CheckConstraint(condition=models.Q(('ask_up_to', None), ('allow_up_to__lte', models.F('ask_up_to')), _connector='OR'), name='rule_asks_no_less_than_it_allows'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['at'], name='audit_by_time'),
        ),
    ]
