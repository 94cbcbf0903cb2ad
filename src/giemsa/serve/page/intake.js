// Files out of drops, file choosers and folders.

/** Listens to the file choosers, and to drops anywhere on the page. take({files: [{name, file}], others}). */
export function listenForFiles(choosers, take) {
  for (const chooser of choosers) {
    chooser.addEventListener('change', () => {
      take(filesOfInput(chooser));
      chooser.value = '';  // the same file can be chosen again
    });
  }
  let depth = 0;  // of elements that are dragged over: each sends its own enter and leave
  const listen = (name, act) => document.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    act(event);
    document.body.classList.toggle('dragging', depth > 0);
  });
  listen('dragenter', () => depth += 1);
  listen('dragleave', () => depth = Math.max(0, depth - 1));
  listen('dragover', (event) => event.dataTransfer.dropEffect = 'copy');
  listen('drop', async ({dataTransfer}) => {
    depth = 0;
    take(await filesOfDrop(dataTransfer));
  });
}

const kPictureName = /\.(jpe?g|png|bmp|tiff?)$/i;

/**
 * What lies in a drop, folders to any depth → [{name, file}] in the order of names, and how many files in
 * folders are no pictures by their names. Files that were dropped themselves are all taken: of these the
 * service says why it cannot read them.
 */
async function filesOfDrop(transfer) {
  // Entries must be asked for before the first await: the browser empties the transfer then.
  const roots = [...transfer.items].filter((item) => item.kind === 'file')
                    .map((item) => ({entry: item.webkitGetAsEntry?.() ?? null, file: item.getAsFile()}));
  const found = {files: [], others: 0};
  for (const {entry, file} of roots) {
    if (entry?.isDirectory) await walk(entry, found);
    else if (file) found.files.push({name: file.name, file});
  }
  return found;
}

/** What a file or folder chooser holds, in the same form. */
function filesOfInput(input) {
  const found = {files: [], others: 0};
  for (const file of input.files) {
    const name = file.webkitRelativePath || file.name;
    if (file.webkitRelativePath && !isPicture(name)) found.others += 1;
    else found.files.push({name, file});
  }
  if (input.webkitdirectory) found.files.sort(byName);
  return found;
}

export const byName = (a, b) => kCollator.compare(a.name, b.name);
const kCollator = new Intl.Collator('en', {numeric: true});

const isPicture = (name) => kPictureName.test(name) && !name.slice(name.lastIndexOf('/') + 1).startsWith('.');

async function walk(folder, found) {
  const entries = await entriesOf(folder);
  entries.sort(byName);
  for (const entry of entries) {
    if (entry.isDirectory) {
      await walk(entry, found);
    } else if (!isPicture(entry.name)) {
      found.others += 1;
    } else {
      const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
      // Without its file the name still counts: as one that cannot be read.
      found.files.push({name: entry.fullPath.replace(/^\//, ''), file});
    }
  }
}

/** A reader gives a folder in pieces of a hundred, the last one empty; what cannot be listed is empty. */
async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const piece = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (piece.length === 0) return all;
    all.push(...piece);
  }
}
