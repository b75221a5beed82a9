#!/usr/bin/python3
"""workbook - what openpyxl, which is not ours, finds in a workbook

workbook.py FILE            a line of JSON a sheet, then one a cell
workbook.py --sheets FILE   the sheets alone
workbook.py --cells FILE    the sheet Events for tests/bare: a line a row, cells
                            parted by TAB, each s and a text, n and a number, b
"""

import argparse
import datetime
import json
import re
import sys
import warnings
import zipfile

CELL = re.compile(r'<c r="([A-Z]+)\d+"[^>]*?(?:/>|>(?:<v>([^<]*)</v>|'
                  r'<is><t[^>]*>([^<]*)</t></is>)</c>)', re.DOTALL)


def unescape(text):
    """What ST_Xstring (ISO 29500-1, 22.9.2.19) stands for: openpyxl leaves
    _xHHHH_ as it is."""
    return re.sub('_x([0-9A-Fa-f]{4})_',
                  lambda m: chr(int(m.group(1), 16)), text)


def sheet_line(sheet):
    return {
        'sheet': sheet.title,
        'rows': sheet.max_row,
        'freeze': sheet.freeze_panes,
        'filter': sheet.auto_filter.ref,
        'repeat': sheet.print_title_rows,
        'landscape': sheet.page_setup.orientation == 'landscape',
        'footer': sheet.oddFooter.left.text,
        'pages': sheet.oddFooter.right.text,
        'charts': [[chart.tagname, chart.grouping,
                    len(chart.series)] for chart in sheet._charts],
        'pictures': [[image.format, image.width, image.height]
                     for image in sheet._images],
        'widths': {name: round(column.width, 2) for name, column
                   in sorted(sheet.column_dimensions.items())},
        'scales': [str(area.sqref) for area in
                   sheet.conditional_formatting],
        'merged': len(sheet.merged_cells.ranges),
    }


def cell_line(sheet, cell):
    value = cell.value
    if isinstance(value, str):
        value = unescape(value)
    if isinstance(value, datetime.timedelta):
        value = value.total_seconds()
    if isinstance(value, datetime.datetime):
        value = value.isoformat(sep=' ', timespec='milliseconds')
    return {
        'sheet': sheet.title,
        'at': cell.coordinate,
        'type': cell.data_type,
        'value': value,
        'format': cell.number_format,
        'italic': bool(cell.font.i),
        'wrap': bool(cell.alignment.wrap_text),
        'fill': cell.fill.fgColor.rgb if cell.fill.fill_type else None,
        'link': cell.hyperlink is not None,
    }


def show(path, cells):
    import openpyxl
    warnings.simplefilter('error')
    book = openpyxl.load_workbook(path)
    properties = book.properties
    print(json.dumps({
        'title': properties.title, 'creator': properties.creator,
        'by': properties.lastModifiedBy,
        'active': book.active.title}))
    for sheet in book:
        print(json.dumps(sheet_line(sheet)))
    if not cells:
        return
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    print(json.dumps(cell_line(sheet, cell)))


def column(name):
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def plain(text):
    for name, char in (('lt', '<'), ('gt', '>'), ('amp', '&')):
        text = text.replace('&%s;' % name, char)
    return text.translate({9: ' ', 10: ' ', 13: ' '})


def put_row(row):
    cells = []
    for name, number, text in CELL.findall(row):
        while len(cells) < column(name):
            cells.append('')
        cells.append('n' + number if number else
                     's' + plain(text) if text else 'b')
    sys.stdout.write('\t'.join(cells) + '\n')


def rows_of(path):
    with zipfile.ZipFile(path) as book:
        listed = book.read('xl/workbook.xml').decode()
        names = re.findall('<sheet name="([^"]*)"', listed)
        part = 'xl/worksheets/sheet%d.xml' % (names.index('Events') + 1)
        left = ''
        with book.open(part) as xml:
            while True:
                piece = xml.read(1 << 20)
                # a character may be cut in two: no row is
                left += piece.decode('latin-1')
                rows = left.split('</row>')
                left = rows.pop()
                for row in rows:
                    yield row.encode('latin-1').decode()
                if not piece:
                    return


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--sheets', action='store_true')
    parser.add_argument('--cells', action='store_true')
    parser.add_argument('file')
    given = parser.parse_args()
    if given.cells:
        for row in rows_of(given.file):
            put_row(row)
    else:
        show(given.file, not given.sheets)


main()
