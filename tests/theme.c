/* theme - print the themes that are built in, a line each text: its theme, its
 * colour, its contrast; or read a file's, and say what is wrong with it */

#include <err.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "theme.h"

static void
print(const struct theme *t)
{
	int i;

	for (i = 0; i < THEME_COLORS; i++) {
		enum theme_color color = (enum theme_color)i;
		enum theme_color on =
		    color == THEME_HEAD_TEXT ? THEME_HEAD : THEME_PAGE;

		if (theme_is_text(color))
			printf("%s\t%s\t%06x\t%.2f\n", t->name,
			    theme_color_name(color), t->color[i],
			    theme_contrast(t->color[i], t->color[on]));
	}
}

static void
print_all(void)
{
	char *names = xstrdup(theme_names()), *rest = names, *name;

	while ((name = strsep(&rest, ", ")) != NULL)
		if (*name != '\0')
			print(theme_find(name));
	free(names);
}

int
main(int argc, char *argv[])
{
	struct theme *theme;
	char *error;
	FILE *fp;

	setlocale(LC_ALL, "");
	if (argc == 1) {
		print_all();
		return 0;
	}
	if ((fp = fopen(argv[1], "r")) == NULL)
		err(3, "%s", argv[1]);
	error = theme_read(&theme, fp);
	fclose(fp);
	if (error != NULL)
		errx(1, "%s", error);
	printf("%s, %s\n", theme->name, theme->dark ? "dark" : "light");
	print(theme);
	theme_free(theme);
	return 0;
}
