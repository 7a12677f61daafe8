/**
 * Code of other languages, and values that arithmetic expands: what acts without being a command.
 * They exist so that an alias of an import or a subscript in a variable hides nothing.
 * Invariant: each mechanism has a harmless neighbour that stays below dangerous.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the shell’s own syntax in plain strings.
import { describe, expect, it } from 'vitest';
import { analyze } from './analyze.js';

const VALUES = [
  "x='a[$(rm -rf ~)]'; ((x))",
  "x='a[$(rm -rf ~)]'; [[ $x -eq 1 ]]",
  'x=\'a[$(rm -rf ~)]\'; test -v "$x"',
  'x=\'a[$(rm -rf ~)]\'; [ -v "$x" ]',
  "x='a[$(rm -rf ~)]'; [[ -v $x ]]",
  "x='a[$(rm -rf ~)]'; echo $((x))",
  "x='a[$(rm -rf ~)]'; echo $(($x+1))",
  'x=\'a[$(rm -rf ~)]\'; printf -v "$x" 1',
  "x='a[$(rm -rf ~)]'; declare -i y=x",
  'x=\'a[$(rm -rf ~)]\'; declare -i y="$x"',
  "x='a[$(rm -rf ~)]'; let x",
  'x=\'a[$(rm -rf ~)]\'; let "y=x+1"',
  'x=\'$(rm -rf ~)\'; echo "${x@P}"',
  "x='a[$(rm -rf ~)]'; echo ${arr[x]}",
  "x='a[$(rm -rf ~)]'; echo ${s:x}",
  "x='a[$(rm -rf ~)]'; echo ${s:0:$x}",
  "x='a[$(rm -rf ~)]'; arr[x]=1",
  "x='a[$(rm -rf ~)]'; for ((i=x;i<3;i++)); do :; done",
  'x=\'a[$(rm -rf ~)]\'; read "$x" <<< a',
  'x=\'a[$(rm -rf ~)]\'; unset "$x"',
  "i='b[`rm -rf ~`]'; (( i++ ))",
  "a=b; b='c[$(rm -rf ~)]'; ((a))",
  "x='a[$(rm -rf ~)]'; [[ 3 -gt x ]]",
  "x='a[$(rm -rf ~)]'; for ((;x<3;)); do break; done",
  "x='a[$(rm -rf ~)]'; typeset -i n=$x",
  "x='a[$(rm -rf ~)]'; local -i n=x",
  "x='a[$(rm -rf ~)]'; echo ${#s} ${s:$x:1}",
  "x='a[$(rm -rf ~)]'; y=$((1 + x * 2))",
  "x='a[$(rm -rf ~)]'; b[$x]=1",
  "x='a[$(rm -rf ~)]'; echo ${!x}",
  'p=\'`rm -rf ~`\'; : "${p@P}"',
  "test -v 'a[$(rm -rf ~)]'",
  "printf -v 'a[$(rm -rf ~)]' 1",
  "let 'a[$(rm -rf ~)]=1'",
];

const HARMLESS_VALUES = [
  'x=3; ((x++)); echo $((x*2))',
  "x='a[1]'; echo $((x))",
  'i=0; while ((i<3)); do i=$((i+1)); done',
  'n=10; [[ $n -gt 5 ]] && echo big',
  'x=\'$(rm -rf ~)\'; echo "$x"',
  "x='a[$(rm -rf ~)]'; [[ $x == a ]]",
  'x=\'a[$(rm -rf ~)]\'; echo "$x"',
  'x=HOME; echo "${!x}"',
  'p=\'\\u@\\h\'; echo "${p@P}"',
  'q=hi; echo "${q@Q}"',
  "printf -v out '%s' hi",
  'declare -i n=3',
  'let x=1+2',
  'test -v HOME',
  'a=(1 2 3); i=1; echo ${a[i]} ${a[$i]}',
  's=hello; echo ${s:1:2}',
];

const CODE = [
  'python3 -c "import os;[os.remove(os.path.join(d,f)) for d,_,fs in os.walk(\'.\') for f in fs]"',
  'python3 -c "from os import system as s;s(\'rm -rf ~\')"',
  'python3 -c "import os as o;o.system(\'rm -rf ~\')"',
  "python3 -c \"import subprocess as sp;sp.run(['rm','-rf','/home/user'])\"",
  'python3 -c "from shutil import rmtree as r;r(\'/\')"',
  'python3 -c "import os;os.truncate(\'src/a.py\',0)"',
  'python3 -c "import os;os.chmod(\'/etc/shadow\',0o777)"',
  'python3 -c "import os;os.kill(-1,9)"',
  'python3 -c "import os;os.killpg(1,9)"',
  "python3 -c \"from pathlib import Path;Path('src/a.py').write_text('')\"",
  "python3 -m timeit -s 'import os' \"os.system('rm -rf ~')\"",
  "python3 -m timeit \"__import__('os').system('rm -rf ~')\"",
  'node -e "process.kill(-1,9)"',
  "node -e \"const {execSync:e}=require('child_process');e('rm -rf ~')\"",
  "node -e \"const c=require('child_process');c.execSync('rm -rf ~')\"",
  "node -e \"const {rmSync:r}=require('fs');r('/',{recursive:true,force:true})\"",
  "node --input-type=module -e \"import {execSync as e} from 'child_process';e('rm -rf ~')\"",
  'perl -e \'open F,">src/a"\'',
  'perl -e \'truncate "src/a",0\'',
  "perl -e 'kill 9,-1'",
  "ruby -e 'Process.kill(9,-1)'",
  'ruby -e \'File.truncate("src/a",0)\'',
  'ruby -e \'File.write("src/a","")\'',
  'php -r \'file_put_contents("src/a","");\'',
  "php -r 'posix_kill(-1,9);'",
  'python3 -c "import shutil as s;s.rmtree(\'/home\')"',
  'python3 -c "from shutil import rmtree;rmtree(\'/etc\')"',
  "python3 -c \"from subprocess import run as r;r(['rm','-rf','/etc'])\"",
  "python3 -c \"from subprocess import Popen, PIPE;Popen(['git','clean','-fdx'])\"",
  "python3 -c \"s=__import__('os').system;s('rm -rf ~')\"",
  "python3 -c \"import os;getattr(os,'system')('rm -rf ~')\"",
  "python3 -c \"import os;os.execvp('rm',['rm','-rf','/etc'])\"",
  "python3 -c \"import os;os.execl('/bin/rm','rm','-rf','/etc')\"",
  "python3 -c \"import os;os.spawnlp(os.P_WAIT,'rm','rm','-rf','/etc')\"",
  'python3 -c "import os, signal;os.kill(-1, signal.SIGKILL)"',
  'python3 -c "import os;os.kill(1,15)"',
  'python3 -c "import os;os.chmod(\'/etc/passwd\',0o666)"',
  "python3 -c \"from pathlib import Path;Path('/etc/hosts').write_bytes(b'')\"",
  "python3 -c \"open('src/main.py','w')\"",
  'python3 -m timeit "import shutil" "shutil.rmtree(\'/etc\')"',
  "node -e \"const {rm:r}=require('fs').promises;r('/etc',{recursive:true})\"",
  "node -e \"const f=require('node:fs');f.rmSync('/etc',{recursive:true})\"",
  "node -e \"require('child_process')['execSync']('rm -rf ~')\"",
  "node -e \"import('child_process').then(c=>c.execSync('rm -rf ~'))\"",
  "node -e \"require('child_process').spawnSync('rm',['-rf','/etc'])\"",
  "node -e \"require('fs').writeFileSync('src/a.ts','')\"",
  "node -e \"require('fs').truncateSync('src/a.ts')\"",
  'node -e "process.kill(0,\'SIGKILL\')"',
  'perl -e \'open(my $f,">","src/a.pl")\'',
  'perl -e \'open F,"|rm -rf ~"\'',
  'perl -e \'open(F,"rm -rf ~|")\'',
  'perl -e \'kill "KILL",-1\'',
  'perl -e \'chmod 0777,"/etc/shadow"\'',
  'perl -e \'system("rm","-rf","/etc")\'',
  'ruby -e \'Process.kill("KILL",-1)\'',
  'ruby -e \'File.chmod(0777,"/etc/shadow")\'',
  'ruby -e \'Open3.capture2("rm","-rf","/etc")\'',
  'php -r \'chmod("/etc/shadow",0777);\'',
];

const HARMLESS_CODE = [
  'python3 -c "import os;print(os.getcwd())"',
  'python3 -c "import json,sys;print(json.load(sys.stdin)[\'a\'])"',
  "python3 -c \"from os import path;print(path.join('a','b'))\"",
  'python3 -c "import os as o;print(o.environ.get(\'HOME\'))"',
  'python3 -c "from pathlib import Path;print(Path(\'a\').read_text())"',
  "python3 -c \"import subprocess;print(subprocess.run(['git','status'],capture_output=True).stdout)\"",
  'python3 -c "import os;os.kill(1234,0)"',
  'python3 -c "import os;os.chmod(\'run.sh\',0o755)"',
  "python3 -m timeit -s 'x=1' 'x+1'",
  'python3 -m timeit "\'-\'.join(map(str,range(100)))"',
  "python3 -c \"l=[1,2];l.remove(1);print('a'.replace('a','b'))\"",
  'python3 -c "print(\'kill\'.upper())"',
  "node -e \"const {readFileSync:r}=require('fs');console.log(r('a.json','utf8'))\"",
  "node -e \"const {execSync}=require('child_process');console.log(execSync('git status').toString())\"",
  'node -e "process.kill(1234,0)"',
  'node -e "console.log(require(\'./package.json\').version)"',
  'perl -e \'open F,"<src/a" or die; print <F>\'',
  'perl -e \'open(my $f,"<","a.txt"); print while <$f>\'',
  "perl -ne 'print if /kill/' log.txt",
  'ruby -e \'puts File.read("a")\'',
  "ruby -e 'Process.kill(0, 1234)'",
  'php -r \'echo file_get_contents("a");\'',
];

describe('a value that is evaluated', () => {
  it.each(VALUES)('weighs %j', (command) => {
    expect(['dangerous', 'blocked']).toContain(analyze(command).level);
  });

  it.each(HARMLESS_VALUES)('leaves %j alone', (command) => {
    expect(['safe', 'caution']).toContain(analyze(command).level);
  });
});

describe('code that acts', () => {
  it.each(CODE)('weighs %j', (command) => {
    expect(['dangerous', 'blocked']).toContain(analyze(command).level);
  });

  it.each(HARMLESS_CODE)('leaves %j alone', (command) => {
    expect(['safe', 'caution']).toContain(analyze(command).level);
  });
});
