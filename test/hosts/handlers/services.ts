export class Greeting {
  readonly word: string = 'Hello'
}

export const services = [[Greeting, Greeting] as const]
