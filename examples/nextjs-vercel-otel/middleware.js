// Compiled for the edge runtime. Nobody gets to the chat without saying who they are.

import { NextResponse } from 'next/server';

export function middleware(request) {
  if (request.headers.has('x-user-id')) return NextResponse.next();
  return NextResponse.json({ error: 'who are you?' }, { status: 401 });
}

export const config = { matcher: '/api/:path*' };
