#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Before anything large is loaded: from the second call on this saves half of the start. Never in a shared
// folder.
const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
enableCompileCache(join(cache, 'kubectl-sluice', 'compiled'));

// No await at the top: this file is also bundled as CommonJS.
void import('./run.ts').then(({ runProcess }) => runProcess());
