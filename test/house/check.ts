console.log('house: nothing to check yet')
