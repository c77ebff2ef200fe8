// The drawing itself: one group for each device, named as on the bench.

export const DRAWING = `
<svg viewBox="-62 4 710 880" role="img" aria-label="自助终端 kiosk">
  <defs><filter id="soft"><feDropShadow dx="0" dy="6" stdDeviation="8" flood-opacity=".18"/></filter></defs>
  <rect x="120" y="20" width="360" height="850" rx="28" class="cabinet" filter="url(#soft)"/>
  <path d="M120 92 V48 a28 28 0 0 1 28 -28 H452 a28 28 0 0 1 28 28 V92 Z" class="brand"/>
  <text x="146" y="64" class="sign">24 小时自助终端</text>

  <g data-device="face-camera" class="part">
    <title>人像摄像头 face camera</title>
    <rect x="-56" y="22" width="152" height="92" rx="8" class="well"/>
    <image x="-53" y="25" width="146" height="86" preserveAspectRatio="xMidYMid slice" id="face-view"/>
    <path d="M96 56 H120" class="leader"/>
    <circle cx="416" cy="56" r="17" class="lens"/><circle cx="416" cy="56" r="7" class="glass"/>
    <circle cx="446" cy="56" r="6" class="lamp-dot"/>
    <text x="-54" y="134" class="label">人像镜头 face camera</text>
  </g>

  <g data-device="card-terminal" class="part">
    <title>银行卡终端 bank-card terminal</title>
    <path d="M96 240 H120" class="leader"/>
    <rect x="-56" y="150" width="152" height="186" rx="16" class="well"/>
    <rect x="-40" y="164" width="120" height="48" rx="6" class="window"/>
    <text x="20" y="194" class="code" id="terminal-display"></text>
    <path d="M-30 232 h24 M8 232 h24 M46 232 h24 M-30 252 h24 M8 252 h24 M46 252 h24 M-30 272 h24 M8 272 h24 M46 272 h24" class="waves"/>
    <g id="bank-card" hidden><rect x="-24" y="296" width="88" height="36" rx="6" class="card"/>
      <path d="M-12 310 h40 M-12 321 h28" class="card-line"/></g>
    <rect x="-36" y="288" width="112" height="8" rx="4" class="slot"/>
    <circle cx="84" cy="162" r="6" class="lamp-dot"/>
    <text x="-54" y="354" class="label">刷卡机 card terminal</text>
  </g>

  <g data-device="chip-card" class="part">
    <title>芯片卡读卡器：社保卡、银行卡 chip card reader</title>
    <path d="M96 404 H120" class="leader"/>
    <rect x="-56" y="372" width="152" height="76" rx="12" class="well"/>
    <rect x="-34" y="386" width="108" height="8" rx="4" class="slot"/>
    <g id="chip-card" hidden><rect x="-20" y="394" width="80" height="46" rx="7" class="card"/>
      <rect x="-10" y="402" width="20" height="15" rx="3" class="chip"/>
      <text x="20" y="433" class="card-small" text-anchor="middle" id="chip-card-name"></text></g>
    <circle cx="84" cy="438" r="6" class="lamp-dot"/><circle cx="84" cy="384" r="7" class="guide" data-lamp="cardReader"/>
    <text x="-54" y="466" class="label">芯片卡 chip card</text>
  </g>

  <g data-device="meter-card" class="part">
    <title>卡表读卡器 meter-card reader</title>
    <path d="M96 520 H120" class="leader"/>
    <rect x="-56" y="484" width="152" height="76" rx="12" class="well"/>
    <rect x="-34" y="498" width="108" height="8" rx="4" class="slot"/>
    <g id="meter-card" hidden><rect x="-20" y="506" width="80" height="46" rx="7" class="card"/>
      <rect x="-10" y="514" width="20" height="15" rx="3" class="chip"/>
      <text x="20" y="545" class="card-small" text-anchor="middle" id="meter-card-name"></text></g>
    <circle cx="84" cy="550" r="6" class="lamp-dot"/><circle cx="84" cy="496" r="7" class="guide" data-lamp="ExtMeterCard"/>
    <text x="-54" y="578" class="label">卡表 meter card</text>
  </g>

  <g data-device="keypad" class="part">
    <title>数字键盘：点按键 keypad: press its keys</title>
    <path d="M96 680 H120" class="leader"/>
    <rect x="-56" y="596" width="152" height="166" rx="12" class="well"/>
    <g id="keys"></g>
    <circle cx="84" cy="752" r="6" class="lamp-dot"/>
    <text x="-54" y="780" class="label">键盘 keypad</text>
  </g>

  <g data-device="cash" class="part">
    <title>纸币口 banknote slot</title>
    <path d="M96 828 H120" class="leader"/>
    <rect x="-56" y="798" width="152" height="60" rx="12" class="well"/>
    <rect x="-34" y="812" width="108" height="8" rx="4" class="slot"/>
    <text x="20" y="842" class="card-small" text-anchor="middle" id="cash-text"></text>
    <circle cx="84" cy="848" r="6" class="lamp-dot"/>
    <text x="-54" y="876" class="label">纸币 banknotes</text>
  </g>

  <g data-device="screen" class="part">
    <title>触摸屏 touch screen</title>
    <rect x="146" y="112" width="308" height="380" rx="10" class="screen"/>
    <text x="300" y="290" class="screen-text">屏幕</text>
    <text x="300" y="318" class="screen-small">kiosk window</text>
    <image x="150" y="116" width="300" height="372" id="screen-view"/>
  </g>

  <g data-device="idcard" class="part">
    <title>身份证读卡器 ID card reader</title>
    <rect x="146" y="516" width="146" height="108" rx="12" class="well"/>
    <path d="M196 548 q23 -16 46 0 M204 560 q15 -11 30 0" class="waves"/>
    <g id="card" hidden><rect x="158" y="530" width="122" height="76" rx="8" class="card"/>
      <rect x="236" y="542" width="34" height="42" rx="4" class="photo"/>
      <text x="168" y="562" id="card-name" class="card-name"></text>
      <path d="M168 576 h52 M168 588 h52" class="card-line"/></g>
    <circle cx="280" cy="612" r="6" class="lamp-dot"/>
    <circle cx="280" cy="528" r="7" class="guide" data-lamp="ExtIdCard"/>
    <text x="156" y="616" class="label">证件 ID card</text>
  </g>

  <g data-device="scanner" class="part">
    <title>扫码模块 scanner</title>
    <rect x="308" y="516" width="146" height="108" rx="12" class="well"/>
    <rect x="324" y="530" width="114" height="56" rx="6" class="window" id="scan-window"/>
    <text x="381" y="563" class="code" id="scan-code"></text>
    <circle cx="442" cy="612" r="6" class="lamp-dot"/>
    <circle cx="446" cy="522" r="7" class="guide" data-lamp="scanner"/>
    <text x="318" y="616" class="label">扫码 scanner</text>
  </g>

  <g data-device="receipt" class="part">
    <title>凭条打印机 receipt printer</title>
    <rect x="146" y="640" width="146" height="66" rx="12" class="well"/>
    <rect x="170" y="656" width="98" height="8" rx="4" class="slot"/>
    <path id="receipt-paper" d="M178 660 h82 v44 l-7 -6 -7 6 -7 -6 -7 6 -7 -6 -7 6 -7 -6 -7 6 -7 -6 -7 6 -6 -6 z" class="paper" hidden/>
    <circle cx="280" cy="694" r="6" class="lamp-dot"/>
    <circle cx="280" cy="652" r="7" class="guide" data-lamp="receiptPrinter"/>
    <text x="156" y="698" class="label">凭条 receipt</text>
  </g>

  <g data-device="platform" class="part">
    <title>城市政务平台 platform</title>
    <path d="M506 170 a30 30 0 0 1 22 -46 a38 38 0 0 1 70 6 a26 26 0 0 1 8 50 H528 a24 24 0 0 1 -22 -10 z" class="cloud"/>
    <text x="560" y="160" class="cloud-text">平台</text>
    <circle cx="606" cy="128" r="6" class="lamp-dot"/>
  </g>

  <g data-device="network" class="part" id="cable">
    <title>网线：点一下拔出或插回 network cable: press to pull or restore</title>
    <path d="M480 330 C560 330 560 290 560 186" class="cable" id="cable-whole"/>
    <g id="cable-cut" hidden><path d="M480 330 C520 330 536 322 544 304" class="cable"/>
      <path d="M560 240 V186" class="cable"/>
      <path d="M540 262 l26 22 M566 262 l-26 22" class="cross"/></g>
    <text x="500" y="356" class="label" id="cable-text">网络 network</text>
    <circle cx="492" cy="352" r="5" class="lamp-dot"/>
  </g>

  <g data-device="document-camera" class="part">
    <title>高拍仪 document camera</title>
    <path d="M480 520 h30 v-20 h76 v20" class="arm"/>
    <rect x="560" y="518" width="36" height="14" rx="5" class="lens"/>
    <rect x="494" y="548" width="140" height="108" rx="8" class="well"/>
    <image x="497" y="551" width="134" height="102" preserveAspectRatio="xMidYMid slice" id="desk-view"/>
    <circle cx="624" cy="672" r="6" class="lamp-dot"/>
    <text x="496" y="676" class="label">高拍仪 document</text>
  </g>

  <g data-device="speaker" class="part">
    <title>喇叭 loudspeaker</title>
    <path d="M352 50 h10 l12 -10 v32 l-12 -10 h-10 z" class="horn"/>
    <path id="sound-waves" d="M380 46 q8 10 0 20 M387 40 q12 16 0 32" class="sound" hidden/>
    <g id="said" hidden><path d="M394 96 l-14 -20" class="leader"/>
      <rect x="492" y="20" width="146" height="62" rx="12" class="bubble"/>
      <text x="502" y="44" class="card-small" id="said-text"></text>
      <text x="502" y="66" class="card-small" id="said-how"></text></g>
    <circle cx="346" cy="74" r="5" class="lamp-dot"/>
  </g>

  <g data-device="power" class="part">
    <title>不间断电源 uninterruptible supply</title>
    <path d="M480 724 H494" class="leader"/>
    <rect x="494" y="698" width="140" height="52" rx="10" class="well"/>
    <rect x="506" y="710" width="64" height="26" rx="5" class="battery"/><rect x="571" y="717" width="5" height="12" rx="2" class="battery-end"/>
    <rect x="509" y="713" width="58" height="20" rx="3" class="gauge-full" id="charge"/>
    <text x="584" y="728" class="card-small" id="charge-text"></text>
    <circle cx="622" cy="738" r="6" class="lamp-dot"/>
    <text x="496" y="766" class="label" id="power-text">电源 UPS</text>
  </g>

  <g data-device="auxiliaries" class="part">
    <title>灯与传感器：点一下柜门、人、耳机、呼叫钮 lights and sensors: press to change</title>
    <path d="M480 820 H494" class="leader"/>
    <rect x="494" y="782" width="140" height="74" rx="10" class="well"/>
    <g class="sense" data-sense="door"><rect x="502" y="796" width="26" height="44" class="hit"/><path d="M506 800 h18 v34 h-18 z" class="icon"/><path d="M506 800 l11 6 v34 l-11 -6 z" class="icon on"/></g>
    <g class="sense" data-sense="presence"><rect x="534" y="796" width="28" height="44" class="hit"/><circle cx="548" cy="806" r="6" class="icon"/><path d="M538 834 q0 -18 10 -18 q10 0 10 18 z" class="icon"/></g>
    <g class="sense" data-sense="headphones"><rect x="566" y="796" width="28" height="44" class="hit"/><path d="M570 824 v-6 a10 10 0 0 1 20 0 v6" class="icon"/><rect x="567" y="820" width="6" height="12" rx="2" class="icon"/><rect x="587" y="820" width="6" height="12" rx="2" class="icon"/></g>
    <g class="sense" data-sense="call_button"><rect x="598" y="796" width="30" height="44" class="hit"/><circle cx="613" cy="817" r="11" class="icon"/><circle cx="613" cy="817" r="5" class="icon"/></g>
    <circle cx="622" cy="846" r="6" class="lamp-dot"/>
    <text x="496" y="874" class="label" id="sensed-text">灯与传感器 sensors</text>
  </g>

  <g data-device="printer" class="part">
    <title>A4 打印机 A4 printer</title>
    <rect x="146" y="722" width="308" height="120" rx="12" class="well"/>
    <rect x="172" y="738" width="256" height="10" rx="5" class="slot"/>
    <g id="sheets"></g>
    <rect x="306" y="640" width="148" height="66" rx="12" class="well"/>
    <text x="318" y="664" class="label">纸盒 tray</text>
    <rect x="318" y="674" width="124" height="9" rx="4" class="gauge"/>
    <rect x="318" y="674" width="124" height="9" rx="4" class="gauge-full" id="tray"/>
    <text x="442" y="664" class="count" id="tray-count"></text>
    <rect x="318" y="690" width="124" height="6" rx="3" class="gauge"/>
    <rect x="318" y="690" width="124" height="6" rx="3" class="toner" id="toner"/>
    <circle cx="442" cy="830" r="6" class="lamp-dot"/>
    <circle cx="442" cy="743" r="7" class="guide" data-lamp="documentPrinter"/>
    <text x="156" y="834" class="label" id="printer-text">A4 打印 printer</text>
  </g>
</svg>`;
