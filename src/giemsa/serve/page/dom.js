// Elements without markup in strings: names of files and classes are text, whatever they hold.

/** el('p', {class: 'x', hidden: true}, 'text', child): null and false among children are left out. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  append(element, children);
  return element;
}

export const byId = (id) => document.getElementById(id);

/** A mark of 20 × 20 drawn in lines; screen readers pass over it. */
export function icon(path) {
  return svg('svg', {viewBox: '0 0 20 20', class: 'icon', 'aria-hidden': 'true'}, svg('path', {d: path}));
}

/** The colour of a class, by its number; -1: of what is no class. */
export const dot = (number) =>
  el('span', {class: 'dot', 'aria-hidden': 'true', 'data-colour': number < 0 ? null : number % kColours});

/** Colours that page.css has for classes. */
export const kColours = 8;

export const kIcons = {
  eye: 'M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z' +
      'M10 7.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  expand: 'M7.5 3H3v4.5M12.5 3H17v4.5M7.5 17H3v-4.5M12.5 17H17v-4.5',
  pen: 'M3.5 16.5l.8-3.6L13.5 3.7a1.5 1.5 0 0 1 2.1 0l.7.7a1.5 1.5 0 0 1 0 2.1L7.1 15.7z',
  question: 'M6.5 7.5a3.5 3.5 0 1 1 5 3.1c-1 .5-1.5 1-1.5 2.2M10 15.6v.4',
  unlike: 'M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15zM4.7 4.7l10.6 10.6',
};

function append(element, children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}
