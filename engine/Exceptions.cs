namespace GraphTune.Engine;

/// <summary>Operands do not fit together. Thrown before any kernel runs or memory is taken.</summary>
public sealed class ShapeException(string message) : ArgumentException(message);

/// <summary>A device cannot do what was asked: not there, out of memory, or not the one the data lives on.</summary>
public sealed class DeviceException(string message, Exception? cause = null) : ArgumentException(message, cause);
