// Joins the parts of the page.
import {readModel} from './api.js';
import {Cells} from './cells.js';
import {Choice} from './choice.js';
import {Details} from './details.js';
import {byId, el} from './dom.js';
import {openHelp} from './help.js';
import {listenForFiles} from './intake.js';
import {labelName, labelOfKey} from './labels.js';
import {Lists} from './lists.js';
import {Overlays} from './overlays.js';
import {Progress} from './progress.js';
import {Queue} from './queue.js';
import {filesOfSamples, offerSamples} from './samples.js';
import {Side} from './side.js';
import {classLabel, counted, listed} from './words.js';

const kCalm_ms = 120;  // between two drawings while answers keep coming

const cells = new Cells();
const progress = new Progress({stop: () => queue.stop(), goOn: () => queue.run(), refresh: showProgress});
let model, overlays, queue, choice, details, lists, side;
let planned = false;

async function start() {
  try {
    model = await readModel();
  } catch (error) {
    progress.problem(error, start);
    return;
  }
  introduce();
  overlays = new Overlays(model.model.id);
  const open = (cell) => details.open(cell, lists.neighbours(cell));
  const context = {model, overlays, correct, onKey, open, focus: (cell) => lists.focus(cell)};
  details = new Details(context);
  choice = new Choice(model.classes, plan);
  lists = new Lists(context);
  side = new Side(cells, model);
  newQueue();
  listenForFiles([byId('files'), byId('folder')], take);
  byId('clear').addEventListener('click', askToStartOver);
  byId('confirm-no').addEventListener('click', () => byId('confirm').close());
  byId('confirm-yes').addEventListener('click', startOver);
  addEventListener('beforeunload', (event) => {
    if (cells.unexported() > 0) event.preventDefault();
  });
  await offerSamples(takeSamples);
  document.documentElement.dataset.ready = '';
}

/** What the model is, in the head, the promises and the foot. */
function introduce() {
  const {name, network, id} = model.model;
  byId('model').replaceChildren(el('b', {}, name), el('span', {}, network ? ` ${network}` : ''));
  byId('model').title = `Model ${id}`;
  byId('class-names').textContent = listed(model.classes.map(classLabel));
  byId('abstains').hidden = !model.abstains;
  byId('looked').hidden = model.explains === false;
  byId('version').textContent = `giemsa ${model.version} · model ${name} (${id})`;
}

/** Draws everything anew before the next frame, or a little later while answers keep coming. */
function plan() {
  if (planned) return;
  planned = true;
  setTimeout(() => requestAnimationFrame(draw), queue.running ? kCalm_ms : 0);
}

function draw() {
  planned = false;
  lists.draw(cells.all, choice.current);
  side.draw();
  choice.count(cells.all);
  byId('intake').classList.toggle('compact', cells.all.length > 0);
  byId('promises').hidden = cells.all.length > 0;
}

/** found: {files: [{name, file}], others: number of files that are no pictures}. */
function take(found) {
  const {added, twice} = cells.add(found.files);
  const notes = [];
  if (twice > 0) notes.push(`${counted(twice, 'picture was', 'pictures were')} there already`);
  if (found.others > 0) notes.push(`${counted(found.others, 'file is', 'files are')} no picture by name`);
  if (found.files.length + found.others === 0) notes.push('no files in there');
  progress.note(notes.join('; '));
  if (added.length > 0) progress.say(`Looking at ${counted(added.length, 'picture')}.`);
  queue.add(added);
  plan();
}

async function takeSamples(samples) {
  try {
    take({files: await filesOfSamples(samples), others: 0});
  } catch (error) {
    progress.problem(error, () => takeSamples(samples));
  }
}

function newQueue() {
  queue = new Queue(model, (cell, answer) => {
    cells.answer(cell, answer);
    plan();
  }, showProgress);
}

function showProgress() {
  progress.show(queue, cells.all);
}

/** label: as for Cells. */
function correct(cell, label) {
  cells.correct(cell, label);
  lists.update(cell);
  details.update(cell);
  side.draw();
  choice.count(cells.all);
  progress.say(`${cell.name}: ${cell.corrected === null ? 'as the model says' : labelName(cell.corrected)}`);
}

/** Keys of a card that the grid does not use itself. → whether this was one. */
function onKey(event, cell, card) {
  const label = labelOfKey(event.key, model.classes);
  const isOnCard = event.target === card.element;
  if (label !== undefined) correct(cell, label);
  else if (event.key === 'o') card.toggleOverlay();
  else if (event.key === 'l') card.focusLabel();
  else if (event.key === '?') openHelp();
  else if (event.key === 'Enter' && isOnCard) details.open(cell, lists.neighbours(cell));
  else if (event.key === ' ' && isOnCard) card.toggleOverlay();
  else return false;
  return true;
}

function askToStartOver() {
  const unexported = cells.unexported();
  byId('confirm-words').textContent =
    `${counted(cells.all.length, 'picture')} and the count will be gone from this page; the files stay.` +
    (unexported > 0 ? ` ${counted(unexported, 'correction is', 'corrections are')} not exported yet.` : '');
  byId('confirm').showModal();
}

function startOver() {
  byId('confirm').close();
  queue.stop();
  newQueue();
  cells.clear();
  overlays.clear();
  choice.reset();
  progress.clear();
  draw();
  byId('files').focus();
}

start();
