// Light or dark before the first paint: this is no module, since modules run after it.
(() => {
  const kKey = 'giemsa.theme';
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;

  const kept = () => {
    try {
      return localStorage.getItem(kKey);
    } catch {
      return null;  // a browser that keeps nothing
    }
  };
  const keep = (theme) => {
    try {
      theme ? localStorage.setItem(kKey, theme) : localStorage.removeItem(kKey);
    } catch {
      // holds until the page is closed
    }
  };
  const systemTheme = () => (system.matches ? 'dark' : 'light');
  const shown = () => root.dataset.theme ?? systemTheme();

  const stored = kept();
  if (stored === 'light' || stored === 'dark') root.dataset.theme = stored;

  addEventListener('DOMContentLoaded', () => {
    const button = document.getElementById('theme');
    const other = () => (shown() === 'dark' ? 'light' : 'dark');
    const say = () => button.setAttribute('aria-label', `Switch to ${other()} colours`);
    button.addEventListener('click', () => {
      const next = other();
      root.dataset.theme = next;
      keep(next === systemTheme() ? null : next);  // the same as the system's: follow it from now on
      if (next === systemTheme()) delete root.dataset.theme;
      say();
    });
    system.addEventListener('change', say);
    say();
  });
})();
