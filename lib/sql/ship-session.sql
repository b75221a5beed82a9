-- A part fits into memory.
set temp_buffers = '64MB'
