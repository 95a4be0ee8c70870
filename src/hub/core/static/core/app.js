// Everything here is an improvement on pages that already work without it.
const script = document.querySelector("script[data-govuk]");
const says = script.dataset;

document.body.classList.add("js-enabled", "govuk-frontend-supported");
import(says.govuk).then((govuk) => govuk.initAll());

// Typed words survive a lost connection. A part of a page marked data-draft="a key of its own" (a form, or one answer in a
// form) that htmx could not send is kept on this device, sent again when the connection is back, and then forgotten.
// A hidden field marked data-keep is kept too, such as the version that somebody had read: newer words of others stay safe.
// A part that is no form is sent again by the event "send-again". Only failures are announced.
// On a shared computer nobody gets, or sends, another person's words: the key says whose they are, and signing out
// (a form marked data-forget-drafts) forgets them all.
const DRAFT = "draft:";
const MINE = `${DRAFT}${says.user}:`;
const RETRY_AFTER = 20000;
const NOT_KEPT = new Set(["hidden", "file", "password", "submit", "button"]);

const keyOf = (part) => MINE + part.dataset.draft;
const isKept = (field) => field.name && (!NOT_KEPT.has(field.type) || field.dataset.keep !== undefined);
const fieldsOf = (part) => [...part.querySelectorAll("input, select, textarea")].filter(isKept);
const draftParts = () => document.querySelectorAll("[data-draft]");

function stateOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  return field.value;
}

function labelOf(field) {
  return field.type === "checkbox" || field.type === "radio" ? `${field.name}=${field.value}` : field.name;
}

function keep(part) {
  const words = Object.fromEntries(fieldsOf(part).map((field) => [labelOf(field), stateOf(field)]));
  localStorage.setItem(keyOf(part), JSON.stringify(words));
  say(part, says.notSaved);
}

function forget(part) {
  localStorage.removeItem(keyOf(part));
  say(part, "");
}

function send(part) {
  if (part.matches("form")) part.requestSubmit();
  else part.dispatchEvent(new CustomEvent("send-again"));
}

function restore(part) {
  const kept = localStorage.getItem(keyOf(part));
  if (kept === null) return;
  const words = JSON.parse(kept);
  for (const field of fieldsOf(part)) {
    const word = words[labelOf(field)];
    if (typeof word === "boolean") field.checked = word;
    else if (word !== undefined) field.value = word;
  }
  say(part, says.kept);
}

function sendAgain() {
  for (const part of draftParts()) if (localStorage.getItem(keyOf(part)) !== null) send(part);
}

function say(part, words) {
  let place = part.querySelector("[data-said]");
  if (!place) {
    if (!words) return;
    place = document.createElement("p");
    place.dataset.said = "";
    place.className = "unsaved";
    place.setAttribute("role", "alert");
    part.append(place);
  }
  // The same words again would be read out again.
  if (place.textContent !== words) place.textContent = words;
  place.hidden = !words;
}

const partOf = (event) => event.detail.elt.closest("[data-draft]");
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.body.addEventListener(failure, (event) => partOf(event) && keep(partOf(event)));
}
// The answer may have come and yet say that the words were not saved, for instance because they are too long.
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || !partOf(event)) return;
  if (event.detail.xhr.getResponseHeader("X-Not-Saved")) keep(partOf(event));
  else forget(partOf(event));
});
window.addEventListener("online", sendAgain);
setInterval(() => navigator.onLine && sendAgain(), RETRY_AFTER);
draftParts().forEach(restore);
// htmx listens once the whole page has been read.
window.addEventListener("load", () => navigator.onLine && sendAgain());

// What is folded to keep a phone's page short is open where there is room.
if (matchMedia("(min-width: 48rem)").matches) {
  for (const fold of document.querySelectorAll("details[data-open-when-wide]")) fold.open = true;
}

// A form that is sent as a whole page stays where it is while there is no connection.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (navigator.onLine || form.method !== "post" || event.defaultPrevented || form.dataset.draft) return;
  event.preventDefault();
  say(form, says.offline);
});

// Words that are on their way arrive before the page that follows them: an older text must not come last.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const onTheWay = form.querySelector("[data-draft].htmx-request");
  if (!onTheWay || event.defaultPrevented) return;
  event.preventDefault();
  onTheWay.addEventListener("htmx:afterRequest", () => form.requestSubmit(event.submitter), { once: true });
});

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.dataset.forgetDrafts === undefined) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFT)) localStorage.removeItem(key);
});

// Buttons that only work with a script are in the page, hidden until now.
for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-print]");
  if (!button) return;
  if (button.dataset.print !== undefined) return window.print();
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = says.copied;
});
