// What Lambda's runtime does with a function, over IPC instead of HTTP: loads the handler that
// _HANDLER names, then calls it with one event after the other.

const [file, name] = process.env._HANDLER.split('.');
const handler = require(`${process.env.LAMBDA_TASK_ROOT}/${file}.js`)[name];

process.on('message', ({ event, requestId }) => {
  const context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    invokedFunctionArn: `arn:aws:lambda:us-east-1:123456789012:function:${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
  };
  handler(event, context).then(
    (result) => process.send({ result }),
    (error) => process.send({ errorMessage: error.message }),
  );
});
process.send('ready');
