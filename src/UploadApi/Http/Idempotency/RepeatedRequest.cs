using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.Idempotency;

namespace Pipeline.UploadApi.Http.Idempotency;

/// <summary>A request whose key and body an earlier one had.</summary>
/// <param name="context">The request.</param>
/// <param name="record">What the earlier one made.</param>
internal sealed class RepeatedRequest(EndpointFilterInvocationContext context, IdempotencyRecord record)
{
    public IdempotencyRecord Record => record;

    public Caller Caller { get; } = context.HttpContext.User.ToCaller();

    public CancellationToken Aborted => context.HttpContext.RequestAborted;

    /// <summary>The body, which says the same as the earlier one.</summary>
    public T Body<T>()
        where T : class => (T)RequestHash.BodyOf(context)!;

    public T Service<T>()
        where T : notnull => context.HttpContext.RequestServices.GetRequiredService<T>();
}
