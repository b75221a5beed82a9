-- So that values read as the capture triggers write them; see db_open() for the
-- others that matter.
set local timezone = 'UTC';
set local lc_monetary = 'C';
set local intervalstyle = 'postgres';
set local extra_float_digits = 1;
set local bytea_output = 'hex';
