namespace Pipeline.Corpus;

/// <summary>The run itself cannot go on; its message is for the person at the terminal.</summary>
internal sealed class CorpusException(string message, Exception? inner = null) : Exception(message, inner);
