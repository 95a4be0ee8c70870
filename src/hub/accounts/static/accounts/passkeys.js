// Shows the passkey buttons where the browser can use them, and says in words when it did not work.
document.addEventListener('DOMContentLoaded', function () {
  if (!window.PublicKeyCredential) return
  document.querySelectorAll('.needs-passkeys').forEach(function (part) { part.hidden = false })
  document.querySelectorAll('.when-no-passkeys').forEach(function (part) { part.hidden = true })
})
document.addEventListener('allauth.error', function (event) {
  event.preventDefault()
  const place = document.getElementById('passkey_did_not_work')
  place.textContent = place.dataset.words
})
