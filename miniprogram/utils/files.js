// A blank form or a sample of the guide: pictures are looked at, the rest is opened as a document.
const { server } = require('../config')
const { told } = require('./page')
const words = require('./words')

const PICTURES = ['png', 'jpg']

function show(id, type) {
  const url = `${server()}/api/v1/files/${encodeURIComponent(id)}`
  if (PICTURES.includes(type)) {
    wx.previewImage({ urls: [url] })
    return
  }
  wx.showLoading({ title: words.opening })
  const failed = () => {
    wx.hideLoading()
    told(words.notOpened)
  }
  wx.downloadFile({
    url,
    fail: failed,
    success: (answer) => {
      if (answer.statusCode !== 200) {
        failed()
        return
      }
      wx.hideLoading()
      wx.openDocument({ filePath: answer.tempFilePath, fileType: type, showMenu: true, fail: () => told(words.notOpened) })
    },
  })
}

module.exports = { show }
