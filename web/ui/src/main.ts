console.log('govgraph')
