namespace Pipeline.Cli.Operators;

/// <summary>The routes of operators, by their paths below <c>api/admin/</c>. Errors are <see cref="PipelineException"/>.</summary>
sealed class OperatorApi(ApiChannel channel)
{
    /// <summary>Reads something.</summary>
    public Task<Answer<T>> GetAsync<T>(string path, CancellationToken cancellationToken) => channel.AskAsync<T>(Call.Get($"api/admin/{path}"), cancellationToken);

    /// <summary>Changes something. Not retried on a lost answer.</summary>
    public Task<Answer<T>> PostAsync<T>(string path, object body, CancellationToken cancellationToken) => channel.AskAsync<T>(Call.Post($"api/admin/{path}", body), cancellationToken);
}
