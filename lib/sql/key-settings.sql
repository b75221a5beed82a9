-- So that the values of a key read as the capture triggers write them.
set local timezone = 'UTC';
set local lc_monetary = 'C';
