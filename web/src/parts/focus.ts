/** Gives the focus to the main part of the page if the element that had it is gone, so that the next key does not start at the top of the browser. */
export function keepFocus(): void {
  requestAnimationFrame(() => {
    if (document.activeElement === null || document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
  });
}
