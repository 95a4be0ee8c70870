// Everything here is an improvement on pages that already work without it.
const script = document.querySelector("script[data-govuk]");
const says = script.dataset;

document.body.classList.add("js-enabled", "govuk-frontend-supported");
import(says.govuk).then((govuk) => govuk.initAll());

// Typed words survive a lost connection. A form marked data-draft="a key of its own" that htmx could not send is kept on
// this device, sent again when the connection is back, and then forgotten. Only failures are announced.
const DRAFT = "draft:";
const RETRY_AFTER = 20000;
const NOT_KEPT = new Set(["hidden", "file", "password", "submit", "button"]);

const keyOf = (form) => DRAFT + form.dataset.draft;
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !NOT_KEPT.has(field.type));
const draftForms = () => document.querySelectorAll("form[data-draft]");

function stateOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  return field.value;
}

function labelOf(field) {
  return field.type === "checkbox" || field.type === "radio" ? `${field.name}=${field.value}` : field.name;
}

function keep(form) {
  const words = Object.fromEntries(fieldsOf(form).map((field) => [labelOf(field), stateOf(field)]));
  localStorage.setItem(keyOf(form), JSON.stringify(words));
  say(form, says.notSaved);
}

function forget(form) {
  localStorage.removeItem(keyOf(form));
  say(form, "");
}

function restore(form) {
  const kept = localStorage.getItem(keyOf(form));
  if (kept === null) return;
  const words = JSON.parse(kept);
  for (const field of fieldsOf(form)) {
    const word = words[labelOf(field)];
    if (typeof word === "boolean") field.checked = word;
    else if (word !== undefined) field.value = word;
  }
  say(form, says.kept);
  if (navigator.onLine) form.requestSubmit();
}

function sendAgain() {
  for (const form of draftForms()) if (localStorage.getItem(keyOf(form)) !== null) form.requestSubmit();
}

function say(form, words) {
  let place = form.querySelector("[data-said]");
  if (!place) {
    if (!words) return;
    place = document.createElement("p");
    place.dataset.said = "";
    place.className = "unsaved";
    place.setAttribute("role", "alert");
    form.append(place);
  }
  place.textContent = words;
  place.hidden = !words;
}

const formOf = (event) => event.detail.elt.closest("form[data-draft]");
for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.body.addEventListener(failure, (event) => formOf(event) && keep(formOf(event)));
}
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && formOf(event)) forget(formOf(event));
});
window.addEventListener("online", sendAgain);
setInterval(() => navigator.onLine && sendAgain(), RETRY_AFTER);
draftForms().forEach(restore);

// A form that is sent as a whole page stays where it is while there is no connection.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (navigator.onLine || form.method !== "post" || event.defaultPrevented || form.dataset.draft) return;
  event.preventDefault();
  say(form, says.offline);
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
