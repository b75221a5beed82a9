# embed.awk - turn text files into C strings, which a header declares:
#	awk -v header=sql.h -v prefix=sql_ -f lib/embed.awk FILE...
# lib/sql/NAME.sql is sql_NAME; lib/schema/NAME.sql is sql_schema_NAME;
# cmd/TOOL/NAME.css is NAME_css
BEGIN {
	print "/* made by lib/embed.awk */"
	printf "#include \"%s\"\n", header
}

FNR == 1 {
	if (NR > 1)
		print ";"
	name = FILENAME
	sub(/^cmd\/[^\/]*\//, "", name)
	sub(/^lib\//, "", name)
	sub(/^sql\//, "", name)
	sub(/\.sql$/, "", name)
	gsub(/[^A-Za-z0-9]/, "_", name)
	printf "\nconst char %s%s[] =\n", prefix, name
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\\&")
	gsub(/\?/, "\\\\&")	# no trigraphs
	printf "    \"%s\\n\"\n", $0
}

END {
	if (NR > 0)
		print ";"
}
