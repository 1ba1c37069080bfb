import { mountConsole } from '@muster/console-kit/console-root.tsx'
import { App } from './app.tsx'

mountConsole('portal', <App />)
