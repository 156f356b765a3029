// Does the benchmark's work with sharp. Answers "ready …" once, then one line of JSON for each line of JSON on standard input.
// usage: node runner.js sharpEach|sharpClone|sharpBest
'use strict';

const path = require('node:path');
const readline = require('node:readline');
const sharp = require('sharp');

const formats = {
  jpg: (image) => image.jpeg({ quality: 85, progressive: true }),
  webp: (image) => image.webp({ quality: 80, effort: 4 }),
};

const noLarger = { withoutEnlargement: true };

// Named by the width that was asked for, as the engine does it.
const save = (image, width, format, folder) => formats[format](image).toFile(path.join(folder, `w${width}.${format}`));

// All variants at once, as sharp's own documentation shows it.
const all = (widths, make) => Promise.all(widths.flatMap((width) => Object.keys(formats).map((format) => make(width, format))));

const jobs = {
  sharpEach: (photo, folder, widths) =>
    all(widths, (width, format) => save(sharp(photo).autoOrient().resize(width, null, noLarger), width, format, folder)),

  sharpClone: (photo, folder, widths) => {
    const image = sharp(photo).autoOrient();
    return all(widths, (width, format) => save(image.clone().resize(width, null, noLarger), width, format, folder));
  },

  sharpBest: async (photo, folder, widths) => {
    const pixels = new Map();
    let image = sharp(photo).autoOrient();
    for (const width of [...widths].sort((a, b) => b - a)) {
      const { data, info } = await image.resize(width, null, noLarger).raw().toBuffer({ resolveWithObject: true });
      const open = () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
      pixels.set(width, open);
      image = open();
    }
    return all(widths, (width, format) => save(pixels.get(width)(), width, format, folder));
  },
};

const job = jobs[process.argv[2]];
if (!job) throw new Error('which job?');

async function run({ photo, folders, inFlight, widths }) {
  const left = [...folders];
  const worker = async () => {
    for (let folder = left.shift(); folder; folder = left.shift()) await job(photo, folder, widths);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  run(JSON.parse(line)).then(
    () => console.log('{}'),
    (error) => console.log(JSON.stringify({ error: error.message })),
  );
});

const { sharp: own, vips, webp, mozjpeg } = sharp.versions;
console.log(`ready sharp ${own} (libvips ${vips}, libwebp ${webp}, mozjpeg ${mozjpeg}), Node ${process.version}, sharp.concurrency() ${sharp.concurrency()}`);
