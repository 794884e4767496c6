// Which hall the person means: the one they chose, else the first.
const request = require('./request')
const store = require('./store')

async function halls() {
  return (await request.kept('/halls')).body.halls
}

async function current() {
  const all = await halls()
  return all.find((one) => one.id === store.read('hall')) || all[0]
}

async function chosen() {
  const all = await halls()
  return new Promise((resolve) => {
    wx.showActionSheet({
      itemList: all.map((one) => one.name),
      success: (answer) => {
        store.write('hall', all[answer.tapIndex].id)
        resolve(all[answer.tapIndex])
      },
      fail: () => resolve(null),
    })
  })
}

module.exports = { halls, current, chosen }
