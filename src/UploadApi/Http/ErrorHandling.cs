using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Http;

/// <summary>Turns exceptions of endpoints into problems of the catalogue; never exposes stack traces or messages of libraries.</summary>
internal sealed class ErrorHandling(TransientFaults transient, ILogger<ErrorHandling> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested) return true;
        var fields = exception is BadHttpRequestException { StatusCode: 400 } bad ? await FieldErrors.OfAsync(bad, context) : null;
        var problem = fields ?? exception switch
        {
            BadHttpRequestException { StatusCode: 413 } => Problem.BodyTooLarge(),
            BadHttpRequestException { StatusCode: 415 } => Problem.NotJson(),
            BadHttpRequestException => Problem.BadRequest("The request cannot be read: check that the body is JSON in the documented format."),
            _ when InsufficientStorageException.IsCause(exception) => Problem.InsufficientStorage(),
            _ when transient.Is(exception) => Problem.Unavailable(),
            _ => Problem.Internal(),
        };
        if (problem.Status == 507) logger.DiskFull(RequestIds.Method(context.Request), RequestIds.Route(context), context.TraceIdentifier);
        else if (problem.Status >= 500) logger.RequestFailed(exception, RequestIds.Method(context.Request), RequestIds.Route(context), problem.Extensions["code"]?.ToString() ?? "internal", context.TraceIdentifier);
        if (problem.Status == 503) context.Response.Headers.RetryAfter = "5";
        await problem.WriteAsync(context.Response);
        return true;
    }

    /// <summary>Writes the body of an error status that no endpoint wrote.</summary>
    public static Task WriteStatusAsync(StatusCodeContext context)
    {
        var problem = context.HttpContext.Response.StatusCode switch
        {
            401 => Problem.Unauthorized("There is no token."),
            403 => Problem.Forbidden(),
            404 => Problem.NotFound(),
            405 => Problem.MethodNotAllowed(),
            413 => Problem.BodyTooLarge(),
            415 => Problem.NotJson(),
            >= 500 => Problem.Internal(),
            _ => (ProblemDetails?)null,
        };
        return problem is null ? Task.CompletedTask : problem.WriteAsync(context.HttpContext.Response);
    }
}
