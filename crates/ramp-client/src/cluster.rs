//! A cluster, and who asks.

use ramp_core::Endpoint;

use crate::connection::Connection;
use crate::credentials::Credentials;
use crate::error::ClientError;
use crate::event::Event;
use crate::limits::ClientLimits;
use crate::modules::{self, ClusterModule, ClusterModules, Deleted};
use crate::survey::{self, Survey};
use crate::trust::Trust;
use crate::upload::{self, Bundle, Uploaded};
use crate::url::ClusterUrl;

/// A cluster, and who asks it.
pub struct Cluster {
    connection: Connection,
}

impl std::fmt::Debug for Cluster {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cluster").field("url", self.url()).finish_non_exhaustive()
    }
}

impl Cluster {
    /// A cluster; nothing is sent yet.
    ///
    /// # Errors
    ///
    /// [`ClientError::ReadFile`], [`ClientError::CertificateFile`]: what is to be trusted cannot be read.
    pub fn new(url: ClusterUrl, credentials: &Credentials, trust: Trust) -> Result<Self, ClientError> {
        Self::within(url, credentials, trust, ClientLimits::default())
    }

    /// The same, with other limits.
    ///
    /// # Errors
    ///
    /// As for [`Cluster::new`].
    #[expect(clippy::needless_pass_by_value, reason = "a client is made of them")]
    pub fn within(
        url: ClusterUrl,
        credentials: &Credentials,
        trust: Trust,
        limits: ClientLimits,
    ) -> Result<Self, ClientError> {
        Ok(Self { connection: Connection::new(url, credentials, &trust, limits)? })
    }

    /// Where it is.
    pub const fn url(&self) -> &ClusterUrl {
        self.connection.url()
    }

    /// Asks what it takes: `/v1/nodes`, `/v1/cluster`, `/v1/modules`, `/v1/cluster/module-capabilities`; from 8.0 on each of its
    /// nodes for `/v2/local/modules/user-defined/artifacts`, too.
    ///
    /// What an endpoint does not give this user stays unknown, with a warning.
    ///
    /// # Errors
    ///
    /// It cannot be reached, is not trusted, does not know the user, or is not a cluster.
    pub fn survey(&self) -> Result<Survey, ClientError> {
        survey::survey(&self.connection)
    }

    /// Sends a bundle through `endpoint`. It is not judged here.
    ///
    /// v1 and v2 are one request; the action of v2 is followed to its end. The user-defined endpoints take an object, then the
    /// bundle on every node; where a step fails, those before it are undone. What became of that is in the error.
    ///
    /// # Errors
    ///
    /// [`ClientError`]; [`ClientError::refusal`] has the cluster's own words.
    pub fn upload(
        &self,
        survey: &Survey,
        endpoint: Endpoint,
        bundle: &mut Bundle<'_>,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<Uploaded, ClientError> {
        upload::upload(&self.connection, survey, endpoint, bundle, watch)
    }
    /// Sends what a cluster of 8.0 or later lacks of a module that it has partly: the artifact, to each node that has none. The object
    /// is left as it is. Where a step fails, those before it are undone, and nothing that was there before is touched.
    ///
    /// # Errors
    ///
    /// As for [`Cluster::upload`].
    pub fn complete(
        &self,
        survey: &Survey,
        there: &ClusterModule,
        bundle: &mut Bundle<'_>,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<Uploaded, ClientError> {
        upload::complete(&self.connection, survey, there, bundle, watch)
    }

    /// Asks which modules it has, where, and who uses them: `/v1/nodes`, `/v1/modules`, `/v1/bdbs`; from 8.0 on each of its nodes for
    /// `/v2/local/modules/user-defined/artifacts`, too.
    ///
    /// # Errors
    ///
    /// It cannot be reached, is not trusted, does not know the user, does not tell them its modules, or is not a cluster.
    pub fn modules(&self) -> Result<ClusterModules, ClientError> {
        modules::list(&self.connection)
    }

    /// Deletes a module: up to 7.22 by `endpoint` v1 or v2, whose action is followed; from 8.0 on its object, then its artifact on each
    /// node. What was asked for and is gone counts as deleted.
    ///
    /// # Errors
    ///
    /// [`ClientError`], and nothing was deleted unless the connection broke; [`ClientError::refusal`] has the cluster's own words. An
    /// artifact that stays, once its object is gone, is in [`Deleted::left`].
    pub fn delete(
        &self,
        modules: &ClusterModules,
        endpoint: Endpoint,
        module: &ClusterModule,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<Deleted, ClientError> {
        modules::delete(&self.connection, &modules.nodes, endpoint, module, watch)
    }
}
