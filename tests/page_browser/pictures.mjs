// Pictures for the tests, all drawn: cells by `giemsa synth`, and what is no cell.
import {execFileSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {deflateSync} from 'node:zlib';

/**
 * → {cells, broken, stripes, tiff, folder}: cells: [{name, path}], three of every class; broken: a file that
 * is no picture by its bytes; stripes: a picture without a cell; tiff: the same as TIFF; folder: holds five of
 * the cells, some of them in subfolders, and two files that are no pictures by name.
 */
export function drawPictures(giemsa, folder) {
  const drawn = `${folder}/drawn`;
  const options = ['--per-class', '3', '--size', '96', '--seed', '5'];
  execFileSync(giemsa, ['synth', drawn, ...options], {stdio: 'ignore'});
  const cells = readdirSync(drawn, {recursive: true}).filter((name) => name.endsWith('.png')).sort()
                    .map((name) => ({name: name.split('/').at(-1), path: `${drawn}/${name}`}));
  const write = (name, content) => {
    const path = `${folder}/${name}`;
    mkdirSync(path.slice(0, path.lastIndexOf('/')), {recursive: true});
    writeFileSync(path, content);
    return {name: name.split('/').at(-1), path};
  };
  for (const {name, path} of cells.slice(0, 4)) write(`slide/deep/er/${name}`, readFileSync(path));
  write(`slide/${cells[9].name}`, readFileSync(cells[9].path));
  write('slide/notes.txt', 'no picture');
  write('slide/deep/.hidden.png', readFileSync(cells[9].path));
  return {
    cells,
    folder: `${folder}/slide`,
    broken: write('broken.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])),
    stripes: write('stripes.png', png(96, 96, stripes)),
    tiff: write('stripes.tif', tiff(96, 96, stripes)),
  };
}

const stripes = (x, y) => [(x * 8) % 256, (y * 16) % 256, (x * y) % 256];

/** As PNG asks for it (ISO 3309). */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A PNG of 8-bit RGB. colour(x, y) → [r, g, b]. */
function png(width, height, colour) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const size = Buffer.alloc(4), check = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([size, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.concat(Array.from({length: height}, (_, y) =>
    Buffer.from([0, ...Array.from({length: width}, (_, x) => colour(x, y)).flat()])));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header),
                        chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A baseline TIFF (6.0, section 6) of 8-bit RGB in one strip. colour: as for png(). */
function tiff(width, height, colour) {
  const kShort = 3, kLong = 4;
  const pixels = Buffer.from(Array.from({length: width * height}, (_, i) =>
    colour(i % width, Math.floor(i / width))).flat());
  const fields = [
    [256, kShort, 1, width], [257, kShort, 1, height],
    [258, kShort, 3, 122],         // bits of each sample, which lie behind the fields
    [259, kShort, 1, 1],           // not compressed
    [262, kShort, 1, 2],           // RGB
    [273, kLong, 1, 128],          // where the strip begins
    [277, kShort, 1, 3], [278, kShort, 1, height], [279, kLong, 1, pixels.length],
  ];
  const head = Buffer.alloc(128);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(fields.length, 8);
  fields.forEach(([tag, type, count, value], i) => {
    const at = 10 + 12 * i;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(value, at + 8);
  });
  [8, 8, 8].forEach((bits, i) => head.writeUInt16LE(bits, 122 + 2 * i));
  return Buffer.concat([head, pixels]);
}
