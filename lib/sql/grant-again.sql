-- Grants again what grantees lack: a line of each.
select audit.grant_again()
