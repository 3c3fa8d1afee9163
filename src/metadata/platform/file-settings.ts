/**
 * What a new organization lets be uploaded; its row of settings says otherwise where somebody changed it.
 * https://learn.microsoft.com/power-apps/developer/data-platform/files-images-overview#block-certain-types-of-files
 */
export const FILE_SETTINGS = {
  /** Of a note or attachment in base64, in bytes. */
  maxuploadfilesize: 5_242_880,
  /** File extensions. */
  blockedattachments:
    'ade;adp;app;asa;ashx;asmx;asp;bas;bat;cdx;cer;chm;class;cmd;com;config;cpl;crt;csh;' +
    'dll;exe;fxp;hlp;hta;htr;htw;ida;idc;idq;inf;ins;isp;its;jar;js;jse;ksh;lnk;mad;maf;' +
    'mag;mam;maq;mar;mas;mat;mau;mav;maw;mda;mdb;mde;mdt;mdw;mdz;msc;msh;msh1;msh1xml;' +
    'msh2;msh2xml;mshxml;msi;msp;mst;ops;pcd;pif;prf;prg;printer;pst;reg;rem;scf;scr;sct;' +
    'shb;shs;shtm;shtml;soap;stm;tmp;url;vb;vbe;vbs;vsmacros;vss;vst;vsw;ws;wsc;wsf;wsh;' +
    'svg',
  blockedmimetypes: 'image/svg+xml',
  allowedmimetypes: null,
  /** How long a token of RetrieveEntityChanges can be used. */
  expirechangetrackingindays: 7,
} as const
