// <gov-passkey data-do="create|get" data-options="{…}">: asks the device for a passkey and sends the
// form around it with the answer; what went wrong is told in `data-failed`.

type Json = Record<string, unknown>
interface Described { id: string }

class Passkey extends HTMLElement {
  async connectedCallback(): Promise<void> {
    const form = this.closest("form")
    const held = this.querySelector<HTMLInputElement>("input[name=credential]")
    if (!form || !held) return
    try {
      held.value = JSON.stringify(await this.asked(JSON.parse(this.dataset.options ?? "{}") as Json))
      form.submit()
    } catch {
      const said = this.querySelector("[role=status]")
      if (said) said.textContent = this.dataset.failed ?? ""
    }
  }

  private async asked(options: Json): Promise<Json> {
    const create = this.dataset.do === "create"
    const publicKey = decoded(options) as unknown
    const given = create
      ? await navigator.credentials.create({ publicKey: publicKey as PublicKeyCredentialCreationOptions })
      : await navigator.credentials.get({ publicKey: publicKey as PublicKeyCredentialRequestOptions })
    return encoded(given as PublicKeyCredential)
  }
}

// The server writes bytes as base64url; the device wants them as bytes.
function decoded(options: Json): Json {
  const made: Json = { ...options, challenge: bytes(options.challenge as string) }
  if (options.user) made.user = { ...(options.user as Json), id: bytes((options.user as Described).id) }
  for (const name of ["excludeCredentials", "allowCredentials"])
    if (options[name]) made[name] = (options[name] as Described[]).map((each) => ({ ...each, id: bytes(each.id) }))
  return made
}

function encoded(given: PublicKeyCredential): Json {
  const answer = given.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse
  const response: Json = { clientDataJSON: text(answer.clientDataJSON) }
  if (answer.attestationObject) {
    response.attestationObject = text(answer.attestationObject)
    response.transports = answer.getTransports?.() ?? []
  } else {
    response.authenticatorData = text(answer.authenticatorData)
    response.signature = text(answer.signature)
    response.userHandle = answer.userHandle ? text(answer.userHandle) : null
  }
  const extensions = JSON.stringify(given.getClientExtensionResults())
  return { id: given.id, rawId: text(given.rawId), type: given.type, response, extensions }
}

function bytes(words: string): Uint8Array {
  return Uint8Array.from(atob(words.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0))
}

function text(held: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(held))
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
}

customElements.define("gov-passkey", Passkey)
