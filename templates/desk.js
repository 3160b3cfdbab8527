// A page that changes by itself until what it shows has ended; without this script it is loaded again.
(() => {
  const watched = () => document.getElementById("watched");
  const look = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("watched");
    if (fresh && fresh.textContent !== watched().textContent) watched().replaceWith(fresh);
    return next();
  };
  const next = () => {
    if (watched().dataset.state === "running") setTimeout(() => look().catch(next), 2000);
  };
  next();
})();
