-- Makes every rule cover what it means now.
select audit.refresh_rules()
