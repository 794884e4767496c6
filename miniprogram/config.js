// Where the hall's server is, by the version of the mini program that runs. WeChat wants https and the domain entered at
// mp.weixin.qq.com → 开发管理 → 服务器域名 (request and downloadFile). The developer tool takes the local one with
// 详情 → 本地设置 → 不校验合法域名 ticked. Put your hall's own domain in place of hall.example.
const SERVERS = {
  develop: 'http://127.0.0.1:8000', // make demo
  trial: 'https://hall.example',
  release: 'https://hall.example',
}

function server() {
  return SERVERS[wx.getAccountInfoSync().miniProgram.envVersion] || SERVERS.release
}

module.exports = { server }
