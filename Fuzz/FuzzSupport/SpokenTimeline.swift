package import BootTimeline

/// Puts every event into words, as the timeline does.
package struct SpokenTimeline: BootObserving {
    package init() {}

    package func record(_ event: BootEvent) { _ = event.occurrence.text }
}
