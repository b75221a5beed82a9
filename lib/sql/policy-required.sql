-- Whether acts need another role's approval.
select s.require_approval from audit.purge_setting s
